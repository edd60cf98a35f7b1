import type { Reader, Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { AppliedEvent, EventBinding, StateChange } from './binding.ts';
import { eventOfLine } from './event-of-line.ts';
import { located, type StoredLine } from './lines-store.ts';

type Key = { stream_no: number; key: string };
type Place = { stream_no: number; epoch: number; seq: number };

const putStateLine = query<Key & Place & { kind: 'first' | 'more' }>()((p) =>
  sql
    .insertInto('state_lines')
    .values({ stream_no: p.stream_no, key: p.key, epoch: p.epoch, seq: p.seq, kind: p.kind })
    .onConflict((conflict) => conflict.doNothing()),
);
const dropKey = query<Key>()((p) =>
  sql.deleteFrom('state_lines').where('stream_no', '=', p.stream_no).where('key', '=', p.key),
);
const renameKey = query<Key & { to: string }>()((p) =>
  sql.updateTable('state_lines').set({ key: p.to }).where('stream_no', '=', p.stream_no).where('key', '=', p.key),
);
export const dropStateOf = query<{ stream_no: number }>()((p) =>
  sql.deleteFrom('state_lines').where('stream_no', '=', p.stream_no),
);
/** Without what was and is no more: that stays true whatever is the case now. */
export const dropPresentStateOf = query<{ stream_no: number }>()((p) =>
  sql
    .deleteFrom('state_lines')
    .where('stream_no', '=', p.stream_no)
    .where(({ eb, or }) => or([eb('key', '<', 'was:'), eb('key', '>=', 'was;')])),
);
/** Lines of one key and of what became of it, oldest first. */
export const stateOfKey = query<Key & { past: string }>()((p) =>
  located()
    .innerJoin('state_lines', (join) =>
      join
        .onRef('state_lines.stream_no', '=', 'lines.stream_no')
        .onRef('state_lines.epoch', '=', 'lines.epoch')
        .onRef('state_lines.seq', '=', 'lines.seq'),
    )
    .select('state_lines.kind')
    .where('state_lines.stream_no', '=', p.stream_no)
    .where(({ eb, or }) => or([eb('state_lines.key', '=', p.key), eb('state_lines.key', '=', p.past)]))
    .orderBy('lines.epoch')
    .orderBy('lines.seq'),
);

export const pastKey = (key: string) => `was:${key}`;

export function changesOf(binding: EventBinding, event: AppliedEvent): readonly StateChange[] {
  const changes = binding.state?.(event) ?? [];
  return 'key' in changes ? [changes] : changes;
}

/** Notes what an event changes in the state of its stream. */
export async function indexState(tx: Writer, binding: EventBinding, event: AppliedEvent): Promise<void> {
  const place = { stream_no: event.streamNo, epoch: event.epoch, seq: event.seq };
  for (const { key, set } of changesOf(binding, event)) {
    if (event.stateOf !== undefined && event.stateOf !== key) continue;
    const past = pastKey(key);
    const at = { stream_no: place.stream_no, key };
    if (set === 'first' || set === 'gone') await tx.run(dropKey, at);
    if (set === 'past') {
      await tx.run(dropKey, { ...at, key: past });
      await tx.run(renameKey, { ...at, to: past });
      await tx.run(putStateLine, { ...place, key: past, kind: 'more' });
    }
    if (set === 'first' || set === 'more') await tx.run(putStateLine, { ...place, key, kind: set });
  }
}

const findBuilt = query<Record<never, never>>()(() =>
  sql.selectFrom('meta').select('value').where('key', '=', 'state_index'),
);
const noteBuilt = query<Record<never, never>>()(() =>
  sql.insertInto('meta').values({ key: 'state_index', value: 'built' }),
);
const PAGE = 1_000;

/** For a database from before there was an index of state: made once, of the lines. */
export async function buildStateIndex(
  database: {
    read<T>(work: (reader: Reader) => Promise<T>): Promise<T>;
    write<T>(work: (tx: Writer) => Promise<T>): Promise<T>;
  },
  bindings: ReadonlyMap<string, EventBinding>,
): Promise<void> {
  if (await database.read((reader) => reader.get(findBuilt, {}))) return;
  const types = [...bindings.values()].filter((binding) => binding.state).map((binding) => binding.type);
  await database.write(async (tx) => {
    await tx.execute(sql.deleteFrom('state_lines'));
    for (let pos = 0, page: StoredLine[] = []; pos === 0 || page.length === PAGE; pos = page.at(-1)?.pos ?? pos) {
      page = await tx.select(
        located()
          .where('lines.pos', '>', pos)
          .where('lines.type', 'in', types)
          .where('lines.payload', 'is not', null)
          .orderBy('lines.pos')
          .limit(PAGE),
      );
      for (const line of page) {
        const binding = bindings.get(line.type);
        if (binding) await indexState(tx, binding, eventOfLine(line));
      }
      if (page.length === 0) break;
    }
    await tx.run(noteBuilt, {});
  });
}
