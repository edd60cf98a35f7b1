import { query, sql } from '../../storage/query.ts';
import type { Tables } from '../../storage/tables.ts';

export type StreamTokenRow = Tables['stream_tokens'];

export const insertStreamToken = query<StreamTokenRow>()((p) =>
  sql.insertInto('stream_tokens').values({
    id: p.id,
    hash: p.hash,
    kind: p.kind,
    user: p.user,
    login: p.login,
    space: p.space,
    channel: p.channel,
    watches: p.watches,
    created: p.created,
    expires: p.expires,
  }),
);

/** A token goes with the session, or the token of a bot, with which it was asked for. [VOX-20] */
const tokens = sql
  .selectFrom('stream_tokens')
  .selectAll()
  .where(({ exists, or, selectFrom }) =>
    or([
      exists(selectFrom('sessions').select('sessions.id').whereRef('sessions.id', '=', 'stream_tokens.login')),
      exists(selectFrom('bot_tokens').select('bot_tokens.id').whereRef('bot_tokens.id', '=', 'stream_tokens.login')),
    ]),
  );

export const findStreamToken = query<{ hash: string; now: number }>()((p) =>
  tokens.where('hash', '=', p.hash).where('expires', '>', p.now),
);

export const streamTokensOfUser = query<{ user: string; now: number }>()((p) =>
  tokens.where('user', '=', p.user).where('expires', '>', p.now),
);

export const streamTokensOfChannel = query<{ space: string; channel: string; now: number }>()((p) =>
  tokens
    .where('space', '=', p.space)
    .where('channel', '=', p.channel)
    .where('expires', '>', p.now)
    .orderBy('created')
    .orderBy('id'),
);

export const deleteStreamToken = query<{ id: string }>()((p) => sql.deleteFrom('stream_tokens').where('id', '=', p.id));

/** Those that are of no use any more go when the user asks for another one. */
export const forgetStreamTokens = query<{ user: string; now: number }>()((p) =>
  sql
    .deleteFrom('stream_tokens')
    .where('user', '=', p.user)
    .where(({ and, eb, exists, not, or, selectFrom }) =>
      or([
        eb('expires', '<=', p.now),
        and([
          not(exists(selectFrom('sessions').select('sessions.id').whereRef('sessions.id', '=', 'stream_tokens.login'))),
          not(
            exists(
              selectFrom('bot_tokens').select('bot_tokens.id').whereRef('bot_tokens.id', '=', 'stream_tokens.login'),
            ),
          ),
        ]),
      ]),
    ),
);
