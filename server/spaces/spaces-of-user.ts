import type { Reader, Writer } from '../storage/database.ts';
import type { SpaceLog } from '../streams/space-log.ts';
import { forgetInAudit } from './audit-store.ts';
import { findInviteById, inviteIdOf, inviteWorks } from './invite-store.ts';
import { spacesOfUser, spacesOwnedBy } from './space-store.ts';

export async function spaceIdsOf(reader: Reader, user: string): Promise<string[]> {
  return (await reader.all(spacesOfUser, { user })).map((space) => space.id);
}

export async function ownsSpaces(reader: Reader, user: string): Promise<boolean> {
  return (await reader.all(spacesOwnedBy, { user })).length > 0;
}

/** Takes a user whose account is deleted out of all spaces, and their name out of what is noted about them. */
export async function leaveAllSpaces(spaceLog: SpaceLog, tx: Writer, user: string): Promise<void> {
  for (const space of await spaceIdsOf(tx, user)) {
    await spaceLog.submit(tx, { actor: user, space, stream: '_', type: 'member.leave', ref: [], body: {} });
  }
  await forgetInAudit(tx, user);
}

/** Whether the code of an invite link still lets somebody in. */
export async function isSpaceInvite(reader: Reader, code: string, now: number): Promise<boolean> {
  const invite = await reader.get(findInviteById, { id: inviteIdOf(code) });
  return invite !== undefined && inviteWorks(invite, now);
}
