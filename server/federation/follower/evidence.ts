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

/** Rows of one accuser in a space: whoever makes some up leaves room for what others saw. */
const KEPT = 20;

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
const insertEvidence = (p: Tables['evidence']) =>
  sql.insertInto('evidence').values({
    space: p.space,
    stream: p.stream,
    epoch: p.epoch,
    seq: p.seq,
    hash: p.hash,
    ours: p.ours,
    theirs: p.theirs,
    ts: p.ts,
    accuser: p.accuser,
  });
const place = ['space', 'stream', 'epoch', 'seq', 'hash'] as const;
const keepWord = query<Tables['evidence']>()((p) =>
  insertEvidence(p).onConflict((conflict) => conflict.columns(place).doNothing()),
);
/** Also where somebody said so before: this proves it. */
const keepProof = query<Tables['evidence']>()((p) =>
  insertEvidence(p).onConflict((conflict) =>
    conflict.columns(place).doUpdateSet({ theirs: p.theirs, ts: p.ts, accuser: p.accuser }),
  ),
);
const saidBy = query<{ space: string; accuser: string }>()((p) =>
  sql.selectFrom('evidence').select('ts').where('space', '=', p.space).where('accuser', '=', p.accuser).limit(KEPT),
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
      const { seen, home } = line.event.payload?.intent ?? {};
      if (!seen || !home) continue;
      const { envelopeText, payloadText } = line.event;
      await this.#compare(keepWord, key, seen, home, lineText(envelopeText, payloadText));
    }
  }

  /** True where another event of the hub stands here at the place of one that it signed, `theirs`. */
  compare(key: StreamKey, at: Cursor, hub: string, theirs: string): Promise<boolean> {
    return this.#compare(keepProof, key, at, hub, theirs);
  }

  async #compare(
    keep: typeof keepProof,
    key: StreamKey,
    { epoch, seq, hash }: Cursor,
    accuser: string,
    theirs: string,
  ): Promise<boolean> {
    const { database, committer, clock, log } = this.#parts;
    const ours = await database.read((reader) => reader.get(lineAt, { ...key, epoch, seq }));
    if (!ours || hashOf('event', JSON.parse(ours.envelope) as object) === hash) return false;
    const said = { ...key, epoch, seq, hash, accuser };
    const row = { ...said, ours: lineText(ours.envelope, ours.payload), theirs, ts: clock.now() };
    const isKept = await committer.commit(async (tx) => {
      if ((await tx.all(saidBy, { space: key.space, accuser })).length >= KEPT) return false;
      return (await tx.run(keep, row)) > 0;
    });
    if (isKept) log.error(said, 'a hub shows different histories; both are kept as evidence');
    return true;
  }
}
