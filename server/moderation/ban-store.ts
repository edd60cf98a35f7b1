import type { Ban } from '@folkmoot/protocol-spec/schemas/moderation.ts';
import { userSummaryOf } from '../accounts/user-summary.ts';
import type { Reader } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { Tables } from '../storage/tables.ts';

type BanRow = Tables['bans'];
type Key = { space: string; user: string };

export const findBanRow = query<Key>()((p) =>
  sql.selectFrom('bans').selectAll().where('space', '=', p.space).where('user', '=', p.user),
);
export const insertBan = query<BanRow>()((p) =>
  sql
    .insertInto('bans')
    .values({ space: p.space, user: p.user, by: p.by, reason: p.reason, ts: p.ts })
    .onConflict((conflict) =>
      conflict.columns(['space', 'user']).doUpdateSet({ by: p.by, reason: p.reason, ts: p.ts }),
    ),
);
export const deleteBan = query<Key>()((p) =>
  sql.deleteFrom('bans').where('space', '=', p.space).where('user', '=', p.user),
);
export const bansBefore = query<{ space: string; ts: number; user: string; limit: number }>()((p) =>
  sql
    .selectFrom('bans')
    .selectAll()
    .where('space', '=', p.space)
    .where(({ eb, or, and }) => or([eb('ts', '<', p.ts), and([eb('ts', '=', p.ts), eb('user', '>', p.user)])]))
    .orderBy('ts', 'desc')
    .orderBy('user')
    .limit(p.limit),
);

export async function banOf(reader: Reader, row: BanRow): Promise<Ban> {
  return {
    user: await userSummaryOf(reader, row.user),
    by: await userSummaryOf(reader, row.by),
    reason: row.reason,
    ts: row.ts,
  };
}
