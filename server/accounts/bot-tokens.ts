import { randomId } from '@folkmoot/federation/ids.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { Refusal } from '../base/errors.ts';
import { issueToken } from '../base/tokens.ts';
import type { Writer } from '../storage/database.ts';
import { type BotTokenRow, insertBotToken, tokensOfBot } from './bot-store.ts';

/** What the owner of a bot sees of a token. */
export const botTokenOf = ({ id, name, created, last_used }: BotTokenRow) => ({ id, name, created, last_used });

/** A token that is told this once; only its hash is kept. Throws `limit_reached`. [BOT-2] */
export async function issueBotToken(
  tx: Writer,
  bot: string,
  name: string,
  now: number,
): Promise<ReturnType<typeof botTokenOf> & { token: string }> {
  if ((await tx.all(tokensOfBot, { bot })).length >= limits.tokensPerBot)
    throw new Refusal('limit_reached', { limit: limits.tokensPerBot });
  const { token, hash } = issueToken('fm_b_');
  const row: BotTokenRow = { id: randomId('x_'), bot, name, hash, created: now, last_used: null };
  await tx.run(insertBotToken, row);
  return { token, ...botTokenOf(row) };
}
