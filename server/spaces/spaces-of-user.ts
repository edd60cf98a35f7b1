import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { Refusal } from '../base/errors.ts';
import type { Reader, Writer } from '../storage/database.ts';
import { deedIn, type Deeds } from '../streams/deeds.ts';
import { forgetInAudit } from './audit-store.ts';
import { forgetJoins } from './forget-joins.ts';
import { findInviteById, inviteIdOf, inviteWorks } from './invite-store.ts';
import { spacesOfUser, spacesOwnedBy } from './space-store.ts';

export async function spaceIdsOf(reader: Reader, user: string): Promise<string[]> {
  return (await reader.all(spacesOfUser, { user })).map((space) => space.id);
}

/** Throws `limit_reached`. Direct messages and groups are counted apart from communities. */
export async function requireRoomFor(reader: Reader, user: string, kind: Space['kind']): Promise<void> {
  const isDirect = kind !== 'community';
  const limit = isDirect ? limits.directPerUser : limits.spacesPerUser;
  const alike = (await reader.all(spacesOfUser, { user })).filter((space) => (space.kind !== 'community') === isDirect);
  if (alike.length >= limit) throw new Refusal('limit_reached', { limit });
}

export async function ownsSpaces(reader: Reader, user: string): Promise<boolean> {
  return (await reader.all(spacesOwnedBy, { user })).some(({ kind }) => kind === 'community');
}

/** Takes a user whose account is deleted out of all spaces, and their name out of what is noted about them. */
export async function leaveAllSpaces(deeds: Deeds, tx: Writer, user: string): Promise<void> {
  for (const space of await spaceIdsOf(tx, user)) {
    await deeds.within(tx, deedIn(space, '_', user, 'member.leave', {}));
  }
  await forgetJoins(tx, user);
  await forgetInAudit(tx, user);
}

/** Whether the code of an invite link still lets somebody in. */
export async function isSpaceInvite(reader: Reader, code: string, now: number): Promise<boolean> {
  const invite = await reader.get(findInviteById, { id: inviteIdOf(code) });
  return invite !== undefined && inviteWorks(invite, now);
}
