import { createHash } from 'node:crypto';
import { deriveId } from '@folkmoot/federation/ids.ts';
import { inviteKeyOf, isInviteProof } from '@folkmoot/federation/invite-proof.ts';
import type { Invite } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { userSummaryOf } from '../accounts/user-summary.ts';
import { Refusal } from '../base/errors.ts';
import type { Reader } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { Tables } from '../storage/tables.ts';

type InviteRow = Tables['invites'];
type Key = { space: string; id: string };

export const findInviteRow = query<Key>()((p) =>
  sql.selectFrom('invites').selectAll().where('space', '=', p.space).where('id', '=', p.id),
);
export const findInviteById = query<{ id: string }>()((p) =>
  sql.selectFrom('invites').selectAll().where('id', '=', p.id),
);
export const insertInvite = query<Omit<InviteRow, 'uses'>>()((p) =>
  sql
    .insertInto('invites')
    .values({
      space: p.space,
      id: p.id,
      creator: p.creator,
      created: p.created,
      expires: p.expires,
      key: p.key,
      max_uses: p.max_uses,
      uses: 0,
      role: p.role,
      user: p.user,
    })
    .onConflict((conflict) => conflict.doNothing()),
);
export const countInviteUse = query<Key>()((p) =>
  sql.updateTable('invites').set({ uses: sql<number>`uses + 1` }).where('space', '=', p.space).where('id', '=', p.id),
);
export const deleteInvite = query<Key>()((p) =>
  sql.deleteFrom('invites').where('space', '=', p.space).where('id', '=', p.id),
);
/** Only those that work, because nobody removes those that do not any more. */
export const workingInvites = query<{ space: string; now: number }>()((p) =>
  sql
    .selectFrom('invites')
    .selectAll()
    .where('space', '=', p.space)
    .where(({ eb, or }) => or([eb('expires', 'is', null), eb('expires', '>', p.now)]))
    .where(({ eb, or, ref }) => or([eb('max_uses', 'is', null), eb('uses', '<', ref('max_uses'))]))
    .orderBy('created', 'desc')
    .orderBy('id'),
);

/** The public id of an invite; the code itself is kept nowhere. [INV-1] */
export function inviteIdOf(code: string): string {
  return deriveId('n_', createHash('sha256').update(code).digest('base64url'), 26);
}

/** What the log says of an invite so that it can be taken from other homeservers. [INV-7] */
export function inviteNamesOf(code: string): { invite: string; key: string } {
  return { invite: inviteIdOf(code), key: inviteKeyOf(code).publicJwk.x };
}

/** Throws `invite_gone`: the id alone is in the log, where everybody reads it. One that names its user needs no proof. [INV-8] */
export function requireInviteProof({ space, id, key, user }: InviteRow, actor: string, proof: unknown): void {
  if (user !== null) return;
  if (key === null || !isInviteProof(proof, { space, invite: id, actor }, key)) throw new Refusal('invite_gone');
}

export function inviteWorks(invite: InviteRow, now: number): boolean {
  return (
    (invite.expires === null || invite.expires > now) && (invite.max_uses === null || invite.uses < invite.max_uses)
  );
}

/** Throws `invite_gone` for one that is used up, expired, revoked or never was. */
export function requireWorkingInvite(invite: InviteRow | undefined, now: number): InviteRow {
  if (!invite || !inviteWorks(invite, now)) throw new Refusal('invite_gone');
  return invite;
}

export async function inviteOf(reader: Reader, row: InviteRow): Promise<Invite> {
  const { id, creator, created, expires, max_uses, uses, role } = row;
  return { id, creator: await userSummaryOf(reader, creator), created, expires, max_uses, uses, role };
}
