import type { Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { AppliedEvent } from '../streams/binding.ts';

const insertAudit = query<{
  pos: number;
  space: string;
  stream: string;
  epoch: number;
  seq: number;
  ts: number;
  type: string;
  actor: string;
  target: string | null;
  target_name: string | null;
  changes: string;
  reason: string | null;
}>()((p) =>
  sql.insertInto('audit').values({
    pos: p.pos,
    space: p.space,
    stream: p.stream,
    epoch: p.epoch,
    seq: p.seq,
    ts: p.ts,
    type: p.type,
    actor: p.actor,
    target: p.target,
    target_name: p.target_name,
    changes: p.changes,
    reason: p.reason,
  }),
);

export interface Audited {
  target?: string | null;
  targetName?: string | null;
  changes?: object;
  reason?: string | undefined;
}

/** Notes who did what; called by `apply`, so that the audit log of every homeserver says the same. [MOD-4] */
export async function recordAudit(tx: Writer, event: AppliedEvent, { target, targetName, changes, reason }: Audited = {}): Promise<void> {
  await tx.run(insertAudit, {
    pos: event.pos,
    space: event.space,
    stream: event.stream,
    epoch: event.epoch,
    seq: event.seq,
    ts: event.ts,
    type: event.type,
    actor: event.actor,
    target: target ?? null,
    target_name: targetName ?? null,
    changes: JSON.stringify(changes ?? {}),
    reason: reason ?? null,
  });
}
