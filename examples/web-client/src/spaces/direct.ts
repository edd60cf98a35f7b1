import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { SpacePerson, UserSummary } from '@folkmoot/protocol-spec/schemas/people.ts';
import { pathTo } from '../app/router.ts';
import { spaceMarks } from './marks.ts';
import { myId, world } from './world.ts';

/** Whether it is a direct message or a group, not a community. */
export function isDirect(space: Pick<Space, 'kind'> | undefined): boolean {
  return space !== undefined && space.kind !== 'community';
}

export function communities(): Space[] {
  return world.spaces.filter((space) => !isDirect(space));
}

export function directs(): Space[] {
  return world.spaces.filter(isDirect);
}

/** Direct messages and groups in which something waits. */
export function waitingDirects(): Space[] {
  return directs().filter((space) => spaceMarks(space).unread > 0);
}

/** Everybody in a direct message or group but oneself. */
export function othersIn(space: Pick<Space, 'people'>): SpacePerson[] {
  return (space.people ?? []).filter((person) => person.user.id !== myId());
}

/** The one that a direct message is with. */
export function partnerIn(space: Space | undefined): SpacePerson | undefined {
  return space?.kind === 'dm' ? othersIn(space)[0] : undefined;
}

export function nameOfUser(user: Pick<UserSummary, 'handle' | 'display_name'>): string {
  return user.display_name || (user.handle ?? 'Deleted account');
}

/** How a space is called: a direct message by the other one, a group without a name by its people. */
export function nameOfSpace(space: Space): string {
  if (!isDirect(space) || space.name) return space.name;
  const names = othersIn(space).map((person) => nameOfUser(person.user));
  if (names.length === 0) return space.kind === 'dm' ? 'Nobody any more' : 'Only you';
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} +${names.length - 3}` : names.join(', ');
}

/** The direct message with somebody, where there is one. */
export function directWith(user: string): Space | undefined {
  return world.spaces.find((space) => partnerIn(space)?.user.id === user);
}

export function pathToDirect(space: Space): string {
  return pathTo(space.id, space.channels[0]?.id);
}
