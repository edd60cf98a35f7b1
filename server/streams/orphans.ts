import type { Intent } from '@folkmoot/federation/schemas.ts';
import type { Reader, Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { EventBinding } from './binding.ts';
import { eventOfLine } from './event-of-line.ts';
import { located, type StoredLine } from './lines-store.ts';

type Place = { stream_no: number; epoch: number; seq: number };

const linesBetween = query<Place & { until: number }>()((p) =>
  located()
    .where('lines.stream_no', '=', p.stream_no)
    .where(sql<boolean>`(lines.epoch, lines.seq) > (${p.epoch}, ${p.seq})`)
    .where('lines.epoch', '<', p.until)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('orphans')
            .select('orphans.seq')
            .whereRef('orphans.stream_no', '=', 'lines.stream_no')
            .whereRef('orphans.epoch', '=', 'lines.epoch')
            .whereRef('orphans.seq', '=', 'lines.seq'),
        ),
      ),
    )
    .orderBy('lines.epoch', 'desc')
    .orderBy('lines.seq', 'desc'),
);
const insertOrphan = query<Place>()((p) =>
  sql
    .insertInto('orphans')
    .values({ stream_no: p.stream_no, epoch: p.epoch, seq: p.seq })
    .onConflict((conflict) => conflict.doNothing()),
);
const forgetIntent = query<Place & { space: string; actor: string; id: string }>()((p) =>
  sql
    .deleteFrom('intents')
    .where('space', '=', p.space)
    .where('actor', '=', p.actor)
    .where('id', '=', p.id)
    .where('stream_no', '=', p.stream_no)
    .where('epoch', '=', p.epoch)
    .where('seq', '=', p.seq),
);
const orphansBetween = query<Place & { until: number }>()((p) =>
  sql
    .selectFrom('orphans')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('stream_no', '=', p.stream_no)
    .where(sql<boolean>`(epoch, seq) > (${p.epoch}, ${p.seq})`)
    .where('epoch', '<', p.until),
);

/**
 * Events after a fork point, before the epoch that went on from it: each is marked, its intent may happen again, and what it did to
 * messages is taken back. Gives them back, oldest first. [STR-24]
 */
export async function orphanAfter(
  tx: Writer,
  bindings: ReadonlyMap<string, EventBinding>,
  stream_no: number,
  fork: { epoch: number; seq: number },
  until: number,
): Promise<StoredLine[]> {
  const lines = await tx.all(linesBetween, { stream_no, ...fork, until });
  for (const line of lines) {
    const place = { stream_no, epoch: line.epoch, seq: line.seq };
    await tx.run(insertOrphan, place);
    const intent = intentOf(line);
    if (!intent || line.author === null) continue;
    await tx.run(forgetIntent, { ...place, space: line.space, actor: intent.actor, id: intent.id });
    if (line.opaque === 0) await bindings.get(line.type)?.unapply?.(tx, eventOfLine(line));
  }
  return lines.reverse();
}

/** Events that are here after a place, and not part of the history since an epoch. */
export async function countOrphans(
  reader: Reader,
  stream_no: number,
  fork: { epoch: number; seq: number },
  until: number,
): Promise<number> {
  return Number((await reader.get(orphansBetween, { stream_no, ...fork, until }))?.count ?? 0);
}

/** What was asked for, where the payload is here. */
export function intentOf({ payload }: Pick<StoredLine, 'payload'>): Intent | undefined {
  return payload === null ? undefined : (JSON.parse(payload) as { intent?: Intent }).intent;
}
