import type { UserSummary } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { userSummaryOf } from '../accounts/user-summary.ts';
import { Refusal } from '../base/errors.ts';
import {
  type ChannelStanding,
  findStanding,
  requireAbove,
  requireChannelStanding,
  requirePermission,
  requireRankOf,
  standingIn,
} from '../spaces/standing.ts';
import { findChannelRow } from '../spaces/space-store.ts';
import type { Reader } from '../storage/database.ts';
import type { Permission } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import type { Place, VoiceRights } from './participant.ts';

/** Throws `not_found` where the channel must not be seen, and `missing_permission` where it may not be entered. */
export async function requireEntry(
  reader: Reader,
  { space, channel }: Place,
  { user, server, now }: { user: string; server: string; now: number },
): Promise<{ user: UserSummary; rights: VoiceRights }> {
  const standing = await requireChannelStanding(reader, space, channel, user, now);
  requireVoiceChannel(standing);
  if (standing.space.hub !== server) throw new Refusal('voice_off', { hub: standing.space.hub });
  requirePermission(standing, 'voice.connect');
  return { user: await userSummaryOf(reader, user), rights: rightsOf(standing) };
}

/** Undefined for whoever may not be there any more. */
export async function findRights(
  reader: Reader,
  { space, channel }: Place,
  user: string,
  now: number,
): Promise<VoiceRights | undefined> {
  const inSpace = await findStanding(reader, space, user, now);
  const row = inSpace && (await reader.get(findChannelRow, { space, channel }));
  const standing = row && standingIn(inSpace, row, now);
  return standing?.permissions.has('voice.connect') ? rightsOf(standing) : undefined;
}

/** Throws unless `moderator` may do this to `user` in the channel that the user is in. */
export async function requireOver(
  reader: Reader,
  { space, channel }: Place,
  { moderator, user, permission }: { moderator: string; user: string; permission: Permission },
  now: number,
): Promise<void> {
  const standing = await requireChannelStanding(reader, space, channel, moderator, now);
  requirePermission(standing, permission);
  // Somebody without membership, from another homeserver, stands below all roles.
  requireAbove(standing, await requireRankOf(reader, standing, user));
}

function requireVoiceChannel({ channel }: ChannelStanding): void {
  if (channel.kind !== 'voice')
    throw new Refusal('invalid_body', { path: '/d/channel', expected: 'a voice channel', found: channel.kind });
}

function rightsOf({ permissions, member }: ChannelStanding): VoiceRights {
  return { permissions, until: member.timeout };
}
