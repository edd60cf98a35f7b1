import { query, sql } from '../storage/query.ts';
import type { Tables } from '../storage/tables.ts';

export type BotTokenRow = Tables['bot_tokens'];

/** A token counts while the bot and its owner may act. */
export const findBotByToken = query<{ hash: string }>()((p) =>
  sql
    .selectFrom('bot_tokens as token')
    .innerJoin('bots', 'bots.user', 'token.bot')
    .innerJoin('users as bot', 'bot.id', 'bots.user')
    .innerJoin('users as owner', 'owner.id', 'bots.owner')
    .select(['token.id', 'token.bot', 'token.last_used'])
    .where('token.hash', '=', p.hash)
    .where('bot.state', '=', 'active')
    .where('owner.state', '=', 'active'),
);
export const touchBotToken = query<{ id: string; last_used: number }>()((p) =>
  sql.updateTable('bot_tokens').set({ last_used: p.last_used }).where('id', '=', p.id),
);
export const tokensOfBot = query<{ bot: string }>()((p) =>
  sql.selectFrom('bot_tokens').selectAll().where('bot', '=', p.bot).orderBy('created').orderBy('id'),
);
export const insertBotToken = query<BotTokenRow>()((p) =>
  sql
    .insertInto('bot_tokens')
    .values({ id: p.id, bot: p.bot, name: p.name, hash: p.hash, created: p.created, last_used: p.last_used }),
);
export const deleteBotToken = query<{ bot: string; id: string }>()((p) =>
  sql.deleteFrom('bot_tokens').where('bot', '=', p.bot).where('id', '=', p.id),
);
export const deleteBotTokens = query<{ bot: string }>()((p) => sql.deleteFrom('bot_tokens').where('bot', '=', p.bot));

export const insertBot = query<Tables['bots']>()((p) =>
  sql.insertInto('bots').values({ user: p.user, owner: p.owner }),
);
export const deleteBotRow = query<{ user: string }>()((p) => sql.deleteFrom('bots').where('user', '=', p.user));
export const findOwner = query<{ bot: string }>()((p) =>
  sql.selectFrom('bots').select('owner').where('user', '=', p.bot),
);
/** Bots of a user as rows of `users`, the oldest first. */
export const botsOf = query<{ owner: string }>()((p) =>
  sql
    .selectFrom('bots')
    .innerJoin('users', 'users.id', 'bots.user')
    .selectAll('users')
    .where('bots.owner', '=', p.owner)
    .where('users.state', '!=', 'deleted')
    .orderBy('users.created')
    .orderBy('users.id'),
);
