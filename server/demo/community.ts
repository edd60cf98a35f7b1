import { createInvite, joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { addReaction, sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { giveRole } from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import { createSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Player } from './cast.ts';

/** Who says what in which channel; a reaction is `handle emoji` of those who react. */
interface Line {
  by: string;
  says: string;
  reactions?: readonly [by: string, emoji: string][];
  /** Answers the line before. */
  reply?: boolean;
}

const history: Record<string, readonly Line[]> = {
  rules: [{ by: 'ada', says: 'Be kind, stay curious, and **ask before you post photos of others**.' }],
  announcements: [
    {
      by: 'ada',
      says: '@everyone The summer moot is on the **third Saturday of June**. Bring something to share.',
      reactions: [
        ['ben', '🎉'],
        ['bea', '🎉'],
        ['cleo', '❤️'],
      ],
    },
  ],
  introductions: [
    { by: 'ben', says: 'Hello, I am Ben. I keep the tool shed in order, more or less.' },
    { by: 'bea', says: 'Bea here, from another homeserver altogether. Nobody would know, would they?' },
    { by: 'ada', says: 'Only by the little name beside yours. Welcome!', reply: true, reactions: [['bea', '👋']] },
    { by: 'cleo', says: 'And I am Cleo. I wrote the bot that lives next door.' },
  ],
  general: [
    { by: 'ada', says: 'The tomatoes are in. Twelve plants, all of them leaning the same way.' },
    { by: 'bea', says: 'Mine did that until I turned them every morning.', reply: true, reactions: [['ada', '😂']] },
    { by: 'ben', says: 'I measured the new bed:\n```\nlength  4.20 m\nwidth   1.10 m\n```' },
    { by: 'cleo', says: 'That is room for *exactly* one more row of beans.', reply: true },
    { by: 'bea', says: 'Who is coming on Saturday?' },
    { by: 'ada', says: 'I am.', reply: true, reactions: [['bea', '👍']] },
    { by: 'ben', says: 'Me too, with the good spade.', reactions: [['ada', '🌱']] },
    { by: 'cleo', says: 'I will be a little late. Start without me.' },
  ],
};

/** A community of `ada` with everybody in it, from whichever homeserver, and with something to read. */
export async function foundGardenClub(players: readonly Player[]): Promise<{ space: Space; link: string }> {
  const named = new Map(players.map((player) => [player.handle, player]));
  const get = (handle: string) => named.get(handle) as Player;
  const ada = get('ada');
  const space = await ada.person.client.call(createSpace, {
    body: { name: 'Garden Club', description: 'Growing things, together', template: 'community' },
  });
  const params = { space: space.id };
  const { code, url } = await ada.person.client.call(createInvite, { params, body: { expires_in: null } });
  for (const { person, at } of players) {
    if (person === ada.person) continue;
    const body = at === ada.at ? {} : { via: ada.at.name };
    await person.client.call(joinByInvite, { params: { code }, body });
  }
  const moderator = space.roles.find(({ name }) => name === 'Moderator')?.id ?? '';
  const user = get('ben').person.account.id;
  await ada.person.client.call(giveRole, { params: { ...params, user, role: moderator } });
  for (const [name, lines] of Object.entries(history)) {
    const channel = space.channels.find((one) => one.name === name)?.id ?? '';
    await talk({ space: space.id, channel }, lines, get);
  }
  return { space, link: url };
}

async function talk(
  params: { space: string; channel: string },
  lines: readonly Line[],
  get: (handle: string) => Player,
): Promise<void> {
  let before: string | undefined;
  for (const { by, says, reply, reactions = [] } of lines) {
    const body = { content: says, ...(reply && before ? { reply_to: before } : {}) };
    const message = await get(by).person.client.call(sendMessage, { params, body });
    for (const [whom, emoji] of reactions)
      await get(whom).person.client.call(addReaction, { params: { ...params, message: message.id, emoji } });
    before = message.id;
  }
}
