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

/** Keys in the order of bytes: all but those of members, who can be very many, and of those who were members once. */
const RANGES = [
  { from: '', to: 'member:' },
  { from: 'member;', to: 'was:' },
  { from: 'was;', to: '~' },
];

/** The sums keep the engines from walking through the members in the order of places. */
const stateInRange = query<OfStream & Place & { from: string; to: string; limit: number }>()((p) =>
  stateLines()
    .where('state_lines.stream_no', '=', p.stream_no)
    .where('state_lines.key', '>=', p.from)
    .where('state_lines.key', '<', p.to)
    .where(
      sql<boolean>`(state_lines.epoch + 0 > ${p.epoch} or (state_lines.epoch + 0 = ${p.epoch} and state_lines.seq + 0 > ${p.seq}))`,
    )
    .orderBy(sql`state_lines.epoch + 0`)
    .orderBy(sql`state_lines.seq + 0`)
    .limit(p.limit),
);

/** State after a place, oldest first, but that of members. A line that is kept under two keys is there twice. */
export async function stateAfter(reader: Reader, after: OfStream & Place & { limit: number }): Promise<StateRow[]> {
  const found = await Promise.all(RANGES.map((range) => reader.all(stateInRange, { ...after, ...range })));
  return found
    .flat()
    .sort((a, b) => a.epoch - b.epoch || a.seq - b.seq)
    .slice(0, after.limit);
}

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
      .orderBy(sql`state_lines.epoch + 0`)
      .orderBy(sql`state_lines.seq + 0`),
  );
  return once(rows);
}

export function once<R extends Place>(rows: readonly R[]): R[] {
  return rows.filter(({ epoch, seq }, index) => {
    const before = rows[index - 1];
    return before === undefined || before.epoch !== epoch || before.seq !== seq;
  });
}
