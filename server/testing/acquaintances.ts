import * as people from '@folkmoot/protocol-spec/schemas/client/relationships.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Relationship } from '@folkmoot/protocol-spec/schemas/people.ts';
import type { Person } from './people.ts';

const idOf = (other: Person | string) => (typeof other === 'string' ? other : other.account.id);

export async function befriend(one: Person, other: Person, address = other.account.handle ?? ''): Promise<void> {
  await one.client.call(people.requestFriend, { body: { user: address } });
  await other.client.call(people.acceptFriend, { params: { user: one.account.id } });
}

export function asksToBeFriends(who: Person, other: string): Promise<Relationship> {
  return who.client.call(people.requestFriend, { body: { user: other } });
}

export async function relationTo(who: Person, other: Person | string): Promise<Relationship['kind'] | 'none'> {
  const { relationships } = await who.client.call(people.listRelationships);
  return relationships.find(({ user }) => user.id === idOf(other))?.kind ?? 'none';
}

export function writesTo(who: Person, ...others: string[]): Promise<Space> {
  return who.client.call(people.openDirect, { body: { users: others } });
}

export async function requestsOf(who: Person) {
  return (await who.client.call(people.listRequests)).requests;
}

export function accepts(who: Person, { id }: Pick<Space, 'id'>): Promise<Space> {
  return who.client.call(people.acceptRequest, { params: { space: id } });
}

export async function blocks(who: Person, other: Person): Promise<void> {
  await who.client.call(people.blockUser, { params: { user: other.account.id } });
}

export async function unblocks(who: Person, other: Person): Promise<void> {
  await who.client.call(people.unblockUser, { params: { user: other.account.id } });
}
