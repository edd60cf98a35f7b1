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

type MembersAfter = OfStream & { space: string; server: string; after: string; limit: number };

/** Without those whom the server may not know. [UNL-5] */
const memberKeysAfter = query<MembersAfter>()((p) =>
  sql
    .selectFrom('state_lines')
    .select('state_lines.key')
    .distinct()
    .where('state_lines.stream_no', '=', p.stream_no)
    .where('state_lines.key', '>', p.after)
    .where('state_lines.key', '<', 'member;')
    .where(({ exists, not, selectFrom }) =>
      not(
        exists(
          selectFrom('hidden_lines')
            .select('hidden_lines.user')
            .whereRef('hidden_lines.stream_no', '=', 'state_lines.stream_no')
            .whereRef('hidden_lines.epoch', '=', 'state_lines.epoch')
            .whereRef('hidden_lines.seq', '=', 'state_lines.seq')
            .where((line) =>
              line.not(
                line.or([
                  line.exists(
                    line
                      .selectFrom('users')
                      .select('users.id')
                      .whereRef('users.id', '=', 'hidden_lines.user')
                      .where('users.home', '=', p.server),
                  ),
                  line.exists(
                    line
                      .selectFrom('member_knowers')
                      .select('member_knowers.user')
                      .where('member_knowers.space', '=', p.space)
                      .whereRef('member_knowers.user', '=', 'hidden_lines.user')
                      .where('member_knowers.server', '=', p.server),
                  ),
                  line.exists(
                    line
                      .selectFrom('space_servers')
                      .select('space_servers.server')
                      .where('space_servers.space', '=', p.space)
                      .where('space_servers.server', '=', p.server)
                      .where('space_servers.moderates', '=', 1),
                  ),
                ]),
              ),
            ),
        ),
      ),
    )
    .orderBy('state_lines.key')
    .limit(p.limit),
);

/** The next keys of members, in the order of their ids. */
export async function memberKeys(reader: Reader, { after, ...page }: MembersAfter): Promise<string[]> {
  return (await reader.all(memberKeysAfter, { ...page, after: `member:${after}` })).map(({ key }) => key);
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
