import { type Erasure, peerListErasures } from '@folkmoot/protocol-spec/schemas/federation/erasures.ts';
import { positionOf } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Database, Writer } from '../../storage/database.ts';
import { query, sql } from '../../storage/query.ts';
import type { Committer } from '../../streams/committer.ts';
import { erasePayload } from '../../streams/lines-store.ts';
import type { Federation } from '../federation.ts';

const findCursor = query<{ key: string }>()((p) => sql.selectFrom('meta').select('value').where('key', '=', p.key));
const putCursor = query<{ key: string; value: string }>()((p) =>
  sql
    .insertInto('meta')
    .values({ key: p.key, value: p.value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: p.value })),
);
const streamAt = query<{ hub: string; space: string; stream: string }>()((p) =>
  sql
    .selectFrom('streams')
    .innerJoin('spaces', 'spaces.id', 'streams.space')
    .select('streams.no')
    .where('spaces.hub', '=', p.hub)
    .where('streams.space', '=', p.space)
    .where('streams.stream', '=', p.stream),
);
type Place = { stream_no: number; epoch: number; seq: number };
const emptyMessage = query<Place>()((p) =>
  sql
    .updateTable('messages')
    .set({ content: '', mentions: '{}', edits: '[]', reply_to: null, pinned: null, deleted: 1 })
    .where('stream_no', '=', p.stream_no)
    .where('epoch', '=', p.epoch)
    .where('seq', '=', p.seq),
);
const dropReactions = query<Place>()((p) =>
  sql
    .deleteFrom('reactions')
    .where('stream_no', '=', p.stream_no)
    .where('epoch', '=', p.epoch)
    .where('seq', '=', p.seq),
);

/** Places that are erased in one transaction. */
const TOGETHER = 100;

export interface ErasureParts {
  ask: Federation['ask'];
  database: Pick<Database, 'read'>;
  committer: Pick<Committer, 'commit'>;
  /** Promises that all that was said in a stream will be erased. */
  eraseStream(tx: Writer, streamNo: number): Promise<void>;
  /** The promise can be kept from now on. */
  eraseSoon(): void;
}

/** Asks a hub what was erased since the last time, also in channels that nobody here sees any more, and erases it. [FOL-13] */
export async function fetchErasures(parts: ErasureParts, hub: string, isOver: () => boolean): Promise<void> {
  const { ask, database, committer, eraseSoon } = parts;
  const key = `erasures ${hub}`;
  let after = Number((await database.read((reader) => reader.get(findCursor, { key })))?.value ?? 0);
  for (let more = true; more && !isOver(); ) {
    const page = await ask(hub, peerListErasures, { query: { after } });
    for (const step of stepsOf(page.erasures))
      await committer.commit(async (tx) => {
        for (const erasure of step) await erase(parts, tx, hub, erasure);
      });
    await committer.commit((tx) => tx.run(putCursor, { key, value: String(page.next) }));
    if (page.erasures.some(({ erased }) => erased === 'all')) eraseSoon();
    // There is more only after a full page; a hub that just counts up is not asked without end.
    more = page.more && page.next > after && page.erasures.length > 0;
    after = page.next;
  }
}

/** What is erased in one transaction: whoever writes waits no longer than for that. */
function stepsOf(erasures: readonly Erasure[]): Erasure[][] {
  const steps: Erasure[][] = [];
  let room = 0;
  for (const { erased, ...of } of erasures) {
    const positions = erased === 'all' ? [] : erased;
    for (let from = 0; from === 0 || from < positions.length; from += TOGETHER) {
      const some = erased === 'all' ? erased : positions.slice(from, from + TOGETHER);
      const cost = some === 'all' ? 1 : some.length;
      if (cost > room) {
        steps.push([]);
        room = TOGETHER;
      }
      room -= cost;
      steps.at(-1)?.push({ ...of, erased: some });
    }
  }
  return steps;
}

async function erase(
  { eraseStream }: Pick<ErasureParts, 'eraseStream'>,
  tx: Writer,
  hub: string,
  { space, stream, erased }: Erasure,
): Promise<void> {
  // A hub erases in its own spaces only.
  const found = await tx.get(streamAt, { hub, space, stream });
  if (!found) return;
  if (erased === 'all') return eraseStream(tx, found.no);
  for (const position of erased) {
    const place = { stream_no: found.no, ...positionOf(position) };
    await tx.run(erasePayload, place);
    await tx.run(emptyMessage, place);
    await tx.run(dropReactions, place);
  }
}
