import type { Reader } from '../../storage/database.ts';
import { query, sql } from '../../storage/query.ts';
import type { LineRow } from './line-text.ts';
import type { Place } from './visibility-store.ts';

type OfStream = { stream_no: number };
export type StateRow = LineRow & { key: string };

const stateLines = () =>
  sql
    .selectFrom('state_lines')
    .innerJoin('lines', (join) =>
      join
        .onRef('lines.stream_no', '=', 'state_lines.stream_no')
        .onRef('lines.epoch', '=', 'state_lines.epoch')
        .onRef('lines.seq', '=', 'state_lines.seq'),
    )
    .select(['state_lines.key', 'lines.epoch', 'lines.seq', 'lines.type', 'lines.envelope', 'lines.payload']);

/**
 * State after a place, but that of members, who can be very many. The sums keep the engines from walking through the members in the order
 * of places. A line that is kept under two keys is there twice.
 */
export const stateAfter = query<OfStream & Place & { limit: number }>()((p) =>
  stateLines()
    .where('state_lines.stream_no', '=', p.stream_no)
    .where(({ eb, or, and }) =>
      or([
        eb('state_lines.key', '<', 'member:'),
        and([eb('state_lines.key', '>=', 'member;'), eb('state_lines.key', '<', 'was:')]),
        eb('state_lines.key', '>=', 'was;'),
      ]),
    )
    .where(
      sql<boolean>`(state_lines.epoch + 0 > ${p.epoch} or (state_lines.epoch + 0 = ${p.epoch} and state_lines.seq + 0 > ${p.seq}))`,
    )
    .orderBy(sql`state_lines.epoch + 0`)
    .orderBy(sql`state_lines.seq + 0`)
    .limit(p.limit),
);

const memberKeysAfter = query<OfStream & { after: string; limit: number }>()((p) =>
  sql
    .selectFrom('state_lines')
    .select('key')
    .distinct()
    .where('stream_no', '=', p.stream_no)
    .where('key', '>', p.after)
    .where('key', '<', 'member;')
    .orderBy('key')
    .limit(p.limit),
);

/** The next keys of members, in the order of their ids. */
export async function memberKeys(reader: Reader, stream_no: number, after: string, limit: number): Promise<string[]> {
  return (await reader.all(memberKeysAfter, { stream_no, after: `member:${after}`, limit })).map(({ key }) => key);
}

/** Lines under some keys, oldest first, each of them once. */
export async function linesUnder(reader: Reader, stream_no: number, keys: readonly string[]): Promise<StateRow[]> {
  if (keys.length === 0) return [];
  const rows = await reader.select(
    stateLines()
      .where('state_lines.stream_no', '=', stream_no)
      .where('state_lines.key', 'in', keys)
      .orderBy('state_lines.epoch')
      .orderBy('state_lines.seq'),
  );
  return once(rows);
}

export function once<R extends Place>(rows: readonly R[]): R[] {
  return rows.filter(({ epoch, seq }, index) => {
    const before = rows[index - 1];
    return before === undefined || before.epoch !== epoch || before.seq !== seq;
  });
}
