import { checkAlone } from '@folkmoot/federation/check-lines.ts';
import type { ExpectedStream } from '@folkmoot/federation/chain.ts';
import type { Cursor } from '@folkmoot/federation/schemas.ts';
import { hashOf } from '@folkmoot/federation/signing.ts';
import type { Database, Writer } from '../../storage/database.ts';
import { query, sql } from '../../storage/query.ts';
import type { StreamKey } from '../../streams/followed-log.ts';
import type { HubQuestions } from './ports.ts';

const newestLines = query<StreamKey & { limit: number }>()((p) =>
  sql
    .selectFrom('lines')
    .innerJoin('streams', 'streams.no', 'lines.stream_no')
    .select(['lines.epoch', 'lines.seq', 'lines.envelope'])
    .where('streams.space', '=', p.space)
    .where('streams.stream', '=', p.stream)
    .orderBy('lines.epoch', 'desc')
    .orderBy('lines.seq', 'desc')
    .limit(p.limit),
);
const orphanAfter = query<StreamKey & { epoch: number; seq: number }>()((p) =>
  sql
    .insertInto('orphans')
    .columns(['stream_no', 'epoch', 'seq'])
    .expression(
      sql
        .selectFrom('lines')
        .innerJoin('streams', 'streams.no', 'lines.stream_no')
        .select(['lines.stream_no', 'lines.epoch', 'lines.seq'])
        .where('streams.space', '=', p.space)
        .where('streams.stream', '=', p.stream)
        .where('lines.epoch', '=', p.epoch)
        .where('lines.seq', '>', p.seq),
    )
    .onConflict((conflict) => conflict.doNothing()),
);

/** How far back a fork point is looked for. */
const SOUGHT = 2_000;

export interface ForkParts {
  hub: string;
  questions: Pick<HubQuestions, 'before'>;
  database: Pick<Database, 'read'>;
  expected(texts: readonly string[]): Promise<ExpectedStream>;
}

/**
 * The place here from which the hub goes on in a later epoch than `head`, where there is one and it is known here. Throws what the question
 * throws. [STR-24]
 */
export async function findForkPoint(parts: ForkParts, key: StreamKey, head: Cursor): Promise<Cursor | undefined> {
  const { hub, questions, database, expected } = parts;
  const [text] = await questions.before(hub, key, { epoch: head.epoch + 1, seq: 1 }, 1);
  const start = text === undefined ? undefined : checkAlone(text, await expected([text]));
  if (!start?.ok || start.kind !== 'event' || start.event.envelope.type !== 'epoch.start') return undefined;
  const { prev } = start.event.envelope;
  const lines = await database.read((reader) => reader.all(newestLines, { ...key, limit: SOUGHT }));
  for (const { epoch, seq, envelope } of lines)
    if (epoch < start.cursor.epoch && hashOf('event', JSON.parse(envelope) as object) === prev)
      return { epoch, seq, hash: prev };
  return undefined;
}

/** Events after the fork point stay, and are marked: the hub does not know them any more. */
export async function markOrphans(tx: Writer, key: StreamKey, { epoch, seq }: Cursor): Promise<void> {
  await tx.run(orphanAfter, { ...key, epoch, seq });
}
