import assert from 'node:assert/strict';
import { ApiError } from '@folkmoot/protocol-spec/client/api-error.ts';
import { createChannel } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { createRole, giveRole } from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import { getSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Channel, Role, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Permission } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { type Person, person, talkOf } from './people.ts';
import { Watcher } from './watching.ts';

/** A community of a few people of different standing, and a second one in which all of them can be told that it is time to compare. */
export interface Community {
  url: string;
  space: Space;
  owner: Person;
  moderator: Person;
  member: Person;
  /** Nobody in the community yet. */
  stranger: Person;
  everybody: Person[];
  /** Where the owner says things that everybody sees. */
  square: Space;
  talk: { space: string; channel: string };
}

const moderatorRights: Permission[] = [
  'message.manage',
  'member.kick',
  'member.ban',
  'member.timeout',
  'nick.manage',
  'audit.view',
  'mention.everyone',
];

/** Owner, moderator, member and stranger; registering takes longer than founding, so tests of one file share them. */
export async function fourPeople(url: string): Promise<Person[]> {
  const names = ['owner', 'moderator', 'member', 'stranger'];
  return Promise.all(names.map((name) => person(url, `${name}_${++people}`)));
}

export async function foundCommunity(url: string, four?: Person[]): Promise<Community> {
  const everybody = four ?? (await fourPeople(url));
  const [owner, moderator, member, stranger] = everybody as [Person, Person, Person, Person];
  const space = await owner.founds('Community');
  await owner.invites(space, moderator, member);
  const role = await newRole(owner, space, { name: 'Moderator', rank: 50, permissions: moderatorRights, hoist: true });
  await gives(owner, space, role, moderator);
  const square = await owner.founds('Square');
  await owner.invites(square, moderator, member, stranger);
  return { url, space, owner, moderator, member, stranger, everybody, square, talk: talkOf(space) };
}

let people = 0;

export function newRole(
  by: Person,
  space: Space,
  role: { name: string; rank?: number; permissions?: Permission[]; hoist?: boolean; mentionable?: boolean },
): Promise<Role> {
  return by.client.call(createRole, { params: { space: space.id }, body: role });
}

export async function gives(by: Person, space: Space, role: Pick<Role, 'id'>, to: Person): Promise<void> {
  await by.client.call(giveRole, { params: { space: space.id, user: to.account.id, role: role.id } });
}

export function newChannel(
  by: Person,
  space: Space,
  name: string,
  more: { private?: boolean; slow_mode?: number } = {},
): Promise<Channel> {
  return by.client.call(createChannel, { params: { space: space.id }, body: { kind: 'text', name, ...more } });
}

export function opens(who: Person, space: Space): Promise<Space> {
  return who.client.call(getSpace, { params: { space: space.id } });
}

/** Everything that was told so far has arrived, and is what somebody who opens now is told. [GW-7] */
export async function requireSnapshotsEqualEvents(
  { owner, square }: Community,
  watchers: ReadonlyMap<Person, Watcher>,
): Promise<void> {
  const sentinel = await owner.says(square, 'time to compare');
  for (const [who, watcher] of watchers) {
    await watcher.seesMessage(sentinel.id, talkOf(square).channel);
    using fresh = await Watcher.of(who);
    assert.deepEqual(watcher.state, fresh.state, `what ${who.account.handle} was told differs from what there is`);
    assert.equal(watcher.openings, 1);
  }
}

/** Resolves to the code of the refusal; a deed that is done, or a server that breaks, fails. */
export async function refused(deed: Promise<unknown>): Promise<string> {
  try {
    await deed;
  } catch (error) {
    if (error instanceof ApiError && error.status >= 400 && error.status < 500) return error.code;
    throw error;
  }
  return 'done';
}
