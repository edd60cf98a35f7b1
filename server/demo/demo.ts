import { SpawnedNetwork } from '../testing/spawned-network.ts';
import { letBotIn } from './bot.ts';
import { password, play, type Player } from './cast.ts';
import { foundGardenClub } from './community.ts';
import { befriend } from './friends.ts';

export interface DemoOptions {
  /** Of the first homeserver; the others follow it. 0 takes free ones. */
  port: number;
  /** Keeps the data there; otherwise it goes at the end. */
  folder?: string;
  say(line: string): void;
}

export interface Demo extends AsyncDisposable {
  players: readonly Player[];
  /** The invite link of the community. */
  link: string;
  /** What the one who started it reads. */
  whereToLook: string;
}

const labels = ['meadow', 'harbour', 'mill'] as const;

/** People talk at all three at once, and perhaps at another one that runs beside them. */
const environment = { FOLKMOOT_VOICE_PORT: '0', FOLKMOOT_TURN_PORT: '0' };

/** Three homeservers on this machine, with people of all of them in one community, friends and a bot. */
export async function startDemo({ port, folder, say }: DemoOptions): Promise<Demo> {
  const network = await SpawnedNetwork.open({ environment, ...(folder === undefined ? {} : { folder }) });
  try {
    say(`Starting three homeservers: ${labels.join(', ')} …`);
    const [meadow, harbour, mill] = await Promise.all(
      labels.map((label, index) => network.homeserver(label, port === 0 ? {} : { port: port + index })),
    );
    if (!meadow || !harbour || !mill) throw new Error('not all homeservers are there');
    say('Inviting people …');
    const players = [
      await play(meadow, 'ada', 'Ada', 'she/her'),
      await play(meadow, 'ben', 'Ben', 'he/him'),
      await play(harbour, 'bea', 'Bea', 'she/her'),
      await play(mill, 'cleo', 'Cleo', 'they/them'),
    ];
    say('Letting them talk …');
    const { link, space } = await foundGardenClub(players);
    const [ada, , bea, cleo] = players as [Player, Player, Player, Player];
    await befriend(ada, bea);
    const bot = await letBotIn(cleo, ada, space);
    return {
      players,
      link,
      whereToLook: whereToLook(players, link, network.caFile),
      async [Symbol.asyncDispose]() {
        bot.close();
        await network[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await network[Symbol.asyncDispose]();
    throw error;
  }
}

function whereToLook(players: readonly Player[], link: string, caFile: string): string {
  const width = Math.max(...players.map(({ at }) => at.url.length));
  return `
  A network of three homeservers is running on this machine.

${players.map(({ at, handle, name }) => `    ${at.url.padEnd(width)}  log in as ${handle.padEnd(5)} (${name})`).join('\n')}

    password of everybody:  ${password}
    a link to join by:      ${link}
    a bot that answers:     write @Echo in any channel; it lives on the third homeserver
    friends who write:      Ada and Bea, each from her own homeserver; they can call each other
    a place to talk:        Lounge, with voice, cameras and screens, from any of the three

  The browser does not know who signed the certificates and warns once for each homeserver; go on, or trust
  ${caFile} for as long as you try it.
  Open two of them side by side, and write. Ctrl+C ends it and removes everything.

`;
}
