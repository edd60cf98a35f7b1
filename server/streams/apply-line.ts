import type { PositionParts } from '@folkmoot/protocol-spec/schemas/ids.ts';
import { positionOf } from '@folkmoot/protocol-spec/schemas/ids.ts';
import { Refusal } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { AppliedEvent, EventBinding } from './binding.ts';
import { eventOfLine, type ReadLine } from './event-of-line.ts';
import type { Head } from './heads.ts';
import { markOpaque, type StoredLine } from './lines-store.ts';
import { indexState } from './state-index.ts';

type Place = { stream_no: number; epoch: number; seq: number };

const putWaiting = query<Place & { ref_epoch: number; ref_seq: number }>()((p) =>
  sql
    .insertInto('waiting_refs')
    .values({ stream_no: p.stream_no, ref_epoch: p.ref_epoch, ref_seq: p.ref_seq, epoch: p.epoch, seq: p.seq })
    .onConflict((conflict) => conflict.doNothing()),
);

export interface ApplyParts {
  bindings: ReadonlyMap<string, EventBinding>;
  serverName: string;
  log: Log | undefined;
}

export interface HowToApply {
  asState?: boolean;
  /** Only what it says about this key. */
  of?: string | undefined;
  /** Only what concerns single messages: the state that a stream was joined with is newer than this line. */
  older?: boolean;
  /** The same line as it was read when it was checked. */
  read?: ReadLine;
}

/** Puts a received line into the tables. One that cannot be applied is kept opaque and stops nothing. [STR-25] */
export async function applyLine(
  tx: Writer,
  { bindings, serverName, log }: ApplyParts,
  head: Head,
  line: StoredLine,
  { asState = false, older = false, of, read }: HowToApply = {},
): Promise<void> {
  const binding = bindings.get(line.type);
  if (!binding || line.opaque === 1) return;
  if (line.author === null && line.payload !== null && binding.needsActor) return;
  if (older && !binding.late) return;
  const event: AppliedEvent = { ...eventOfLine(line, read), asState, ...(of ? { stateOf: of } : {}) };
  event.local = line.author !== null && event.home === serverName;
  try {
    await tx.savepoint(async () => {
      if (line.payload === null) return binding.applyErased?.(tx, event);
      await binding.apply(tx, event);
      if (!older) await indexState(tx, binding, event);
      if (binding.late === 'with target') await waitForMissing(tx, head, event);
    });
  } catch (error) {
    if (error instanceof Refusal && (error.code === 'storage_full' || error.code === 'unavailable')) throw error;
    log?.warn(
      { err: error, type: line.type, pos: line.pos },
      'a received event could not be applied; it is kept as it is',
    );
    await tx.run(markOpaque, { pos: line.pos });
  }
}

async function waitForMissing(tx: Writer, head: Head, event: AppliedEvent): Promise<void> {
  const { back_epoch: epoch, back_seq: seq } = head;
  if (typeof epoch !== 'number' || typeof seq !== 'number') return;
  for (const ref of new Set(event.ref)) {
    const at = positionOf(ref);
    if (isBefore({ epoch, seq }, at)) continue;
    const place = { stream_no: event.streamNo, epoch: event.epoch, seq: event.seq };
    await tx.run(putWaiting, { ...place, ref_epoch: at.epoch, ref_seq: at.seq });
  }
}

export const isBefore = (a: PositionParts, b: PositionParts) =>
  a.epoch < b.epoch || (a.epoch === b.epoch && a.seq < b.seq);
