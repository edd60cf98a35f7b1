import { query, sql } from '../storage/query.ts';
import type { Tables } from '../storage/tables.ts';

type Key = { space: string; server: string };

export const findBlockedServer = query<Key>()((p) =>
  sql.selectFrom('blocked_servers').selectAll().where('space', '=', p.space).where('server', '=', p.server),
);
export const blockedServers = query<{ space: string }>()((p) =>
  sql.selectFrom('blocked_servers').selectAll().where('space', '=', p.space).orderBy('server'),
);
export const insertBlockedServer = query<Tables['blocked_servers']>()((p) =>
  sql
    .insertInto('blocked_servers')
    .values({ space: p.space, server: p.server, by: p.by, reason: p.reason, ts: p.ts })
    .onConflict((conflict) =>
      conflict.columns(['space', 'server']).doUpdateSet({ by: p.by, reason: p.reason, ts: p.ts }),
    ),
);
export const deleteBlockedServer = query<Key>()((p) =>
  sql.deleteFrom('blocked_servers').where('space', '=', p.space).where('server', '=', p.server),
);
