import { randomId } from '@folkmoot/federation/ids.ts';
import { peerGrantBot } from '@folkmoot/protocol-spec/schemas/federation/bots.ts';
import type { FindBotParts } from './bots/find-bot.ts';
import type { BotJoinerParts } from './bots/bot-joiner.ts';
import type { Letters } from './federation/people/letters.ts';
import type { PeopleNetwork } from './relationships/tell-servers.ts';
import type { Committer } from './streams/committer.ts';

/** Asks other homeservers who a bot of theirs is, as they let the user know who asks. */
export function botsElsewhere(network: Pick<PeopleNetwork, 'query'> | undefined): FindBotParts['findElsewhere'] {
  return async (handle, server, from) => network?.query(server, { handle, from });
}

/** Keeps the news of a grant until the home of the bot has taken it. [BOT-12] */
export function tellHomeOfBot(
  commit: Committer['commit'],
  letters: Pick<Letters, 'post'>,
): NonNullable<BotJoinerParts['tellHome']> {
  return (home, { bot, space }) =>
    commit((tx) => {
      const letter = { v: 1 as const, id: randomId('i_'), bot, space };
      return letters.post(tx, home, peerGrantBot, letter, `grant ${bot} ${space}`);
    });
}
