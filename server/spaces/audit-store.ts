import type { Reader, Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { Tables } from '../storage/tables.ts';
import type { AppliedEvent } from '../streams/binding.ts';

const insertAudit = query<Tables['audit']>()((p) =>
  sql
    .insertInto('audit')
    .values({
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
    })
    .onConflict((conflict) => conflict.doNothing()),
);

export interface Audited {
  target?: string | null;
  targetName?: string | null;
  changes?: object;
  reason?: string | undefined;
}

/** Notes who did what; called by `apply`, so that the audit log of every homeserver says the same. [MOD-4] */
export async function recordAudit(
  tx: Writer,
  event: AppliedEvent,
  { target, targetName, changes, reason }: Audited = {},
): Promise<void> {
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

const latestAbout = query<{ space: string; user: string; type: string }>()((p) =>
  sql
    .selectFrom('audit')
    .select('changes')
    .where('target', '=', p.user)
    .where('space', '=', p.space)
    .where('type', '=', p.type)
    .orderBy('pos', 'desc')
    .limit(1),
);

/** Until when somebody who joins again may not write: leaving is no way around a timeout. [SPC-6] */
export async function findTimeout(
  reader: Reader,
  space: string,
  user: string,
  now: number,
): Promise<number | undefined> {
  const last = await reader.get(latestAbout, { space, user, type: 'member.timeout' });
  const until = last && (JSON.parse(last.changes) as { until: number | null }).until;
  return until && until > now ? until : undefined;
}

export interface ServerMute {
  muted: boolean;
  deafened: boolean;
}

/** What a moderator decided about somebody in voice; neither leaving nor a restart is a way around it. [VOX-11] */
export async function findServerMute(reader: Reader, space: string, user: string): Promise<ServerMute> {
  const last = await reader.get(latestAbout, { space, user, type: 'voice.mute' });
  return last ? (JSON.parse(last.changes) as ServerMute) : { muted: false, deafened: false };
}

const forgetNames = query<{ user: string }>()((p) =>
  sql
    .updateTable('audit')
    .set({ target_name: null, changes: sql<string>`case type when 'member.update' then '{}' else changes end` })
    .where('target', '=', p.user),
);

/** What a user was called is forgotten with the account; what was done stays. [ACC-8] */
export async function forgetInAudit(tx: Writer, user: string): Promise<void> {
  await tx.run(forgetNames, { user });
}
