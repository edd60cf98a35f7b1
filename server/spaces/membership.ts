import type { Reader, Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { AppliedEvent, Shown, StateChange } from '../streams/binding.ts';
import { dropGrant } from './bot-grants.ts';
import { changeMemberCount, deleteMember, findMember, findMemberRow } from './member-store.ts';
import { findRoleRow } from './space-store.ts';
import { audienceOf, countedBy, findGone, forgetGone, noteGone } from './unlisted.ts';

const findBan = query<{ space: string; user: string }>()((p) =>
  sql.selectFrom('bans').selectAll().where('space', '=', p.space).where('user', '=', p.user),
);

export async function isBanned(reader: Reader, space: string, user: string): Promise<boolean> {
  return (await reader.get(findBan, { space, user })) !== undefined;
}

/** Roles of a state that have gone since have gone from their holders, too. */
export async function knownRoles(tx: Writer, space: string, roles: readonly string[]): Promise<string[]> {
  const known: string[] = [];
  for (const role of roles) if (await tx.get(findRoleRow, { space, role })) known.push(role);
  return known;
}

/** What of the state ends with a membership. */
export const memberGone = (user: string): StateChange[] => [
  { key: `member:${user}`, set: 'past' },
  { key: `grant:${user}`, set: 'gone' },
];

/** Takes a member out of the tables. A follower counts one less also where it did not know the member. */
export async function removeMember(
  tx: Writer,
  { space, asState }: Pick<AppliedEvent, 'space' | 'asState'>,
  user: string,
  wasMember = true,
): Promise<void> {
  if (!asState) await dropGrant(tx, space, user);
  if (await tx.get(findMemberRow, { space, user })) {
    await tx.run(forgetGone, { space, user });
    await tx.run(noteGone, { space, user });
    await tx.run(deleteMember, { space, user });
  }
  if (wasMember && !asState) await tx.run(changeMemberCount, { space, by: -1 });
}

export async function showMember(
  reader: Reader,
  space: string,
  user: string,
  t: 'member.joined' | 'member.updated',
): Promise<Shown[]> {
  const member = await findMember(reader, space, user);
  return member ? [{ audience: audienceOf(space, user, member.unlisted === true), t, d: { space, member } }] : [];
}

/** After they went. */
export async function showGone(reader: Reader, space: string, user: string): Promise<Shown[]> {
  const wasUnlisted = (await reader.get(findGone, { space, user })) !== undefined;
  const left: Shown = { audience: audienceOf(space, user, wasUnlisted), t: 'member.left', d: { space, user } };
  return wasUnlisted ? [left, countedBy(space, user, -1)] : [left];
}
