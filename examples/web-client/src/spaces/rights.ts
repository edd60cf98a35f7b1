import type { Channel, Member, Role, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { type Permission } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { permissionsOf, rankOf } from '@folkmoot/protocol-spec/schemas/permissions-of.ts';
import { now } from '../ui/clock.ts';
import { myId } from './world.ts';

/** What the person at this device may do, in a space or in one of its channels. */
export function rightsIn(space: Space | undefined, channel?: Pick<Channel, 'overrides'>): Set<Permission> {
  if (!space) return new Set();
  return permissionsOf({
    owner: space.owner,
    kind: space.kind,
    roles: space.roles,
    member: { user: myId(), roles: space.me.roles, timeout: space.me.timeout },
    ...(channel ? { overrides: channel.overrides } : {}),
    now: now(),
  });
}

export function isOwner(space: Space | undefined): boolean {
  return space !== undefined && space.owner === myId();
}

/** Rank of the own highest role. */
export function myRank(space: Space): number {
  return rankOf({ owner: space.owner, roles: space.roles, member: { user: myId(), roles: space.me.roles } });
}

/** Whether the own highest role stands above that of a member. */
export function standsAbove(space: Space, member: Pick<Member, 'user' | 'roles'>): boolean {
  if (member.user.id === myId()) return false;
  return (
    myRank(space) >
    rankOf({ owner: space.owner, roles: space.roles, member: { user: member.user.id, roles: member.roles } })
  );
}

/** Roles but `everyone`, the highest first. */
export function rankedRoles(space: Space): Role[] {
  return space.roles
    .filter((role) => role.id !== 'everyone')
    .sort((a, b) => b.rank - a.rank || a.name.localeCompare(b.name));
}

/** Whether everybody may see a channel. */
export function isPrivate(channel: Pick<Channel, 'overrides'>): boolean {
  return channel.overrides.some((override) => override.target === 'everyone' && override.deny.includes('channel.view'));
}

/** CSS colour of a role, or of the highest role of a member that has one. */
export function cssColor(color: number | null | undefined): string | undefined {
  return color === null || color === undefined ? undefined : `#${color.toString(16).padStart(6, '0')}`;
}

export function colorOf(space: Space | undefined, roles: readonly string[] | undefined): string | undefined {
  if (!space || !roles) return undefined;
  return cssColor(rankedRoles(space).find((role) => roles.includes(role.id) && role.color !== null)?.color);
}
