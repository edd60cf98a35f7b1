import type { Cursor } from '@folkmoot/federation/schemas.ts';
import { lineText } from '@folkmoot/federation/envelope.ts';
import { hashOf } from '@folkmoot/federation/signing.ts';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Database } from '../../storage/database.ts';
import { query, sql } from '../../storage/query.ts';
import type { Tables } from '../../storage/tables.ts';
import type { Committer } from '../../streams/committer.ts';
import type { Received, StreamKey } from '../../streams/followed-log.ts';

const KEPT = 100;

const lineAt = query<StreamKey & { epoch: number; seq: number }>()((p) =>
  sql
    .selectFrom('lines')
    .innerJoin('streams', 'streams.no', 'lines.stream_no')
    .select(['lines.envelope', 'lines.payload'])
    .where('streams.space', '=', p.space)
    .where('streams.stream', '=', p.stream)
    .where('lines.epoch', '=', p.epoch)
    .where('lines.seq', '=', p.seq),
);
const insertEvidence = query<Tables['evidence']>()((p) =>
  sql
    .insertInto('evidence')
    .values({
      space: p.space,
      stream: p.stream,
      epoch: p.epoch,
      seq: p.seq,
      hash: p.hash,
      ours: p.ours,
      theirs: p.theirs,
      ts: p.ts,
    })
    .onConflict((conflict) => conflict.doNothing()),
);
const evidenceIn = query<{ space: string }>()((p) =>
  sql.selectFrom('evidence').selectAll().where('space', '=', p.space).orderBy('ts').limit(KEPT),
);

export interface EvidenceParts {
  database: Pick<Database, 'read'>;
  committer: Pick<Committer, 'commit'>;
  clock: Clock;
  log: Log;
}

/** What proves that a hub shows different histories to different homeservers: it is kept, and never acted upon by itself. */
export class Evidence {
  readonly #parts: EvidenceParts;

  constructor(parts: EvidenceParts) {
    this.#parts = parts;
  }

  /** Compares what the homes of authors saw of this stream with what is here. [FOL-8] */
  async compareSeen(key: StreamKey, lines: readonly Received[]): Promise<void> {
    for (const line of lines) {
      if (line.kind !== 'event' || line.attribution !== 'verified') continue;
      const { seen } = line.event.payload?.intent ?? {};
      if (!seen) continue;
      const { envelopeText, payloadText } = line.event;
      await this.compare(key, seen, lineText(envelopeText, payloadText));
    }
  }

  /** True where another event stands here at that place. `theirs` is the signed thing that says so. */
  async compare(key: StreamKey, { epoch, seq, hash }: Cursor, theirs: string): Promise<boolean> {
    const { database, committer, clock, log } = this.#parts;
    const ours = await database.read((reader) => reader.get(lineAt, { ...key, epoch, seq }));
    if (!ours || hashOf('event', JSON.parse(ours.envelope) as object) === hash) return false;
    log.error({ ...key, epoch, seq }, 'a hub shows different histories; both are kept as evidence');
    const row = { ...key, epoch, seq, hash, ours: lineText(ours.envelope, ours.payload), theirs, ts: clock.now() };
    await committer.commit(async (tx) => {
      if ((await tx.all(evidenceIn, key)).length < KEPT) await tx.run(insertEvidence, row);
    });
    return true;
  }
}
