import { createBot as endpoint } from '@folkmoot/protocol-spec/schemas/client/bots.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { Type } from 'typebox';
import type { UserRow } from '../accounts/account-store.ts';
import { deleteBotToken, tokensOfBot } from '../accounts/bot-store.ts';
import { issueBotToken } from '../accounts/bot-tokens.ts';
import { createBotAccount } from '../accounts/create-bot.ts';
import { deleteBotAccount } from '../accounts/delete-bot.ts';
import { sql } from '../storage/query.ts';
import { requireAccount } from './find-user.ts';
import { changes, OperationError, reads } from './operation.ts';
import type { AdminParts } from './parts.ts';
import { Limit, strict } from './schemas.ts';

const { handle: Handle, display_name: DisplayName } = endpoint.body!.properties;
const Named = Type.String({ minLength: 1, maxLength: 300 });
const TokenName = Type.String({ maxLength: limits.nameLength });

async function findBot({ database, config }: AdminParts, named: string): Promise<UserRow> {
  const row = await database.read((reader) => requireAccount(reader, config.server_name, named));
  if (row.bot !== 1) throw new OperationError('not_a_bot', `${named} is an account of a person.`);
  return row;
}

/** A bot account with its first token, for somebody who answers for it. */
export const createBot = changes(
  Type.Object({ handle: Handle, owner: Named, display_name: DisplayName }, strict),
  async ({ accounts, committer, config, clock, database }, { owner: named, ...account }) => {
    const owner = await database.read((reader) => requireAccount(reader, config.server_name, named));
    if (owner.bot === 1) throw new OperationError('not_a_person', 'A person has to answer for a bot.');
    return committer.commit(async (tx) => {
      const { id, handle } = await createBotAccount(tx, accounts, owner.id, account);
      const { token } = await issueBotToken(tx, id, 'first', clock.now());
      return { id, handle, owner: owner.handle, token };
    });
  },
);

export const listBots = reads(
  Type.Object({ owner: Type.Optional(Named), limit: Limit }, strict),
  async ({ database, config }, { owner: named, limit }) =>
    database.read(async (reader) => {
      let statement = sql
        .selectFrom('bots')
        .innerJoin('users as bot', 'bot.id', 'bots.user')
        .innerJoin('users as owner', 'owner.id', 'bots.owner')
        .select(['bot.id', 'bot.handle', 'bot.display_name', 'owner.handle as owner', 'bot.created'])
        .select((bots) => [
          bots
            .selectFrom('bot_tokens')
            .select(({ fn }) => fn.countAll<number>().as('count'))
            .whereRef('bot_tokens.bot', '=', 'bots.user')
            .as('tokens'),
          bots
            .selectFrom('bot_tokens')
            .select(({ fn }) => fn.max('last_used').as('newest'))
            .whereRef('bot_tokens.bot', '=', 'bots.user')
            .as('last_used'),
          bots
            .selectFrom('bot_grants')
            .select(({ fn }) => fn.countAll<number>().as('count'))
            .whereRef('bot_grants.bot', '=', 'bots.user')
            .as('communities'),
        ])
        .where('bot.state', '!=', 'deleted')
        .orderBy('bot.created')
        .orderBy('bot.id')
        .limit(limit + 1);
      if (named !== undefined)
        statement = statement.where('bots.owner', '=', (await requireAccount(reader, config.server_name, named)).id);
      const rows = await reader.select(statement);
      const bots = rows.slice(0, limit).map((row) => ({
        ...row,
        tokens: Number(row.tokens),
        communities: Number(row.communities),
      }));
      return { bots, more: rows.length > limit };
    }),
);

export const createBotToken = changes(
  Type.Object({ bot: Named, name: TokenName }, strict),
  async (parts, { bot: named, name }) => {
    const { id, handle } = await findBot(parts, named);
    const issued = await parts.committer.commit((tx) => issueBotToken(tx, id, name, parts.clock.now()));
    return { bot: handle, id: issued.id, name, token: issued.token };
  },
);

/** One token by its id, or all of them. */
export const revokeBotTokens = changes(
  Type.Object({ bot: Named, token: Type.Optional(Type.String({ maxLength: 64 })) }, strict),
  async (parts, { bot: named, token }) => {
    const { id: bot, handle } = await findBot(parts, named);
    const revoked = await parts.committer.commit(async (tx) => {
      const ids = (await tx.all(tokensOfBot, { bot })).map(({ id }) => id).filter((id) => (token ?? id) === id);
      for (const id of ids) await tx.run(deleteBotToken, { bot, id });
      return ids;
    });
    if (token !== undefined && revoked.length === 0)
      throw new OperationError('not_found', `${handle} has no token ${token}.`);
    for (const id of revoked) parts.signals.endSession(id);
    return { bot: handle, revoked };
  },
);

export const deleteBot = changes(Type.Object({ bot: Named }, strict), async (parts, { bot: named }) => {
  const bot = await findBot(parts, named);
  await parts.committer.commit((tx) => deleteBotAccount(tx, parts.accounts, bot));
  parts.signals.endUser(bot.id);
  return { id: bot.id, handle: bot.handle };
});
