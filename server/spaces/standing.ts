import type { Channel, Role } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { type Permission, permissions as catalogue } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import {
  explainPermissions,
  type Explanation,
  permissionsOf,
  rankOf,
} from '@folkmoot/protocol-spec/schemas/permissions-of.ts';
import type { BotGrant } from '@folkmoot/protocol-spec/schemas/bot-grants.ts';
import { Refusal } from '../base/errors.ts';
import type { Reader } from '../storage/database.ts';
import type { Tables } from '../storage/tables.ts';
import { findMemberRights } from './bot-grants.ts';
import { channelOf, findChannelRow, findSpaceRow, listRoles } from './space-store.ts';
import { findSeenMember } from './unlisted.ts';

/** Who a member is in a space: what every decision about the member starts from. */
export interface Standing {
  user: string;
  space: Tables['spaces'];
  member: { user: string; roles: string[]; timeout: number | null; unlisted: boolean; grant?: BotGrant };
  roles: Role[];
  rank: number;
  /** In the space, or in the channel that was asked for. */
  permissions: ReadonlySet<Permission>;
  explain(permission: Permission): Explanation | undefined;
}

export interface ChannelStanding extends Standing {
  row: Tables['channels'];
  channel: Channel;
}

/** Throws `not_found` for everybody but members, whether the space exists or not. */
export async function requireStanding(reader: Reader, space: string, user: string, now: number): Promise<Standing> {
  const standing = await findStanding(reader, space, user, now);
  if (!standing) throw new Refusal('not_found');
  return standing;
}

export async function findStanding(
  reader: Reader,
  space: string,
  user: string,
  now: number,
): Promise<Standing | undefined> {
  // Together, because PostgreSQL then needs one round trip.
  const [row, member, roles] = await Promise.all([
    reader.get(findSpaceRow, { space }),
    findMemberRights(reader, space, user, now),
    listRoles(reader, space),
  ]);
  if (!row || !member) return undefined;
  return standingOf(row, member, roles, undefined, now);
}

/** Throws `not_found` where the channel does not exist or must not be seen: both look the same. [PERM-5] */
export async function requireChannelStanding(
  reader: Reader,
  space: string,
  channel: string,
  user: string,
  now: number,
): Promise<ChannelStanding> {
  const [inSpace, row] = await Promise.all([
    requireStanding(reader, space, user, now),
    reader.get(findChannelRow, { space, channel }),
  ]);
  const standing = row && standingIn(inSpace, row, now);
  if (!standing) throw new Refusal('not_found');
  return standing;
}

/** The same member in a channel of the space; undefined where it must not be seen. */
export function standingIn(inSpace: Standing, row: Tables['channels'], now: number): ChannelStanding | undefined {
  const standing = hiddenOrNot(inSpace, row, now);
  return standing.permissions.has('channel.view') ? standing : undefined;
}

/** The same member in a channel of the space, also where it must not be seen: only to explain why. */
export function hiddenOrNot(inSpace: Standing, row: Tables['channels'], now: number): ChannelStanding {
  const channel = channelOf(row);
  return { ...standingOf(inSpace.space, inSpace.member, inSpace.roles, channel, now), row, channel };
}

/** Throws `missing_permission`, or `timed_out` where only that is in the way. */
export function requirePermission(standing: Standing, permission: Permission): void {
  if (standing.permissions.has(permission)) return;
  if (standing.explain(permission)?.by === 'timeout')
    throw new Refusal('timed_out', { until: standing.member.timeout });
  throw new Refusal('missing_permission', { permission });
}

/** Throws `rank_too_low` unless the member stands above the other. */
export function requireAbove(standing: Standing, rank: number): void {
  if (rank >= standing.rank) throw new Refusal('rank_too_low');
}

/** Nobody hands out what they do not have. Throws `missing_permission`. [PERM-6] */
export function requireOwn(standing: Standing, granted: Iterable<string>): void {
  for (const permission of granted) {
    if (Object.hasOwn(catalogue, permission) && !standing.permissions.has(permission as Permission)) {
      throw new Refusal('missing_permission', { permission });
    }
  }
}

/** Rank of another member of the same space whom the first one sees. Throws `not_found`. */
export async function requireRankOf(reader: Reader, standing: Standing, user: string): Promise<number> {
  const row = await findSeenMember(reader, standing.space.id, user, standing);
  if (!row) throw new Refusal('not_found');
  return rankOf({
    owner: standing.space.owner,
    roles: standing.roles,
    member: { user, roles: JSON.parse(row.roles) as string[] },
  });
}

function standingOf(
  space: Tables['spaces'],
  member: Standing['member'],
  roles: Role[],
  channel: Channel | undefined,
  now: number,
): Standing {
  const question = {
    owner: space.owner,
    kind: space.kind,
    roles,
    member,
    now,
    ...(channel ? { channel: channel.id, overrides: channel.overrides } : {}),
  };
  return {
    user: member.user,
    space,
    member,
    roles,
    rank: rankOf(question),
    permissions: permissionsOf(question),
    explain: (permission) => explainPermissions(question).get(permission),
  };
}
