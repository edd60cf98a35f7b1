import {
  acceptFriend,
  acceptRequest,
  blockUser,
  ignoreRequest,
  openDirect,
  removeRelationship,
  requestFriend,
  unblockUser,
} from '@folkmoot/protocol-spec/schemas/client/relationships.ts';
import type {
  MessageRequest,
  Relationship,
  RelationshipKind,
  UserSummary,
} from '@folkmoot/protocol-spec/schemas/people.ts';
import { go } from '../app/router.ts';
import { call } from '../session/api.ts';
import { nameOfUser, pathToDirect } from '../spaces/direct.ts';
import { takeSpace } from '../spaces/take-space.ts';
import { world } from '../spaces/world.ts';
import { confirm } from '../ui/confirm.tsx';
import { orToast, toast } from '../ui/toast.tsx';

/** What somebody is to the person at this device. */
export function relationTo(user: string): RelationshipKind | undefined {
  return world.relationships.find((one) => one.user.id === user)?.kind;
}

export function peopleWho(kind: RelationshipKind): Relationship[] {
  return world.relationships
    .filter((one) => one.kind === kind)
    .sort((a, b) => nameOfUser(a.user).localeCompare(nameOfUser(b.user)));
}

/** Friend requests and message requests that nobody has answered yet. */
export function openRequests(): { friends: number; messages: number } {
  return { friends: peopleWho('incoming').length, messages: world.requests.length };
}

/** Asks somebody, by id or handle, to be friends. */
export function askFriend(user: string): Promise<Relationship> {
  return call(requestFriend, { body: { user } });
}

export async function askFriendOrToast(user: UserSummary): Promise<void> {
  await orToast(async () => {
    const { kind } = await askFriend(user.id);
    toast(kind === 'friend' ? `You and ${nameOfUser(user)} are friends.` : `${nameOfUser(user)} was asked.`);
  });
}

export async function accept(user: UserSummary): Promise<void> {
  const params = { user: user.id };
  if (await orToast(call(acceptFriend, { params }))) toast(`You and ${nameOfUser(user)} are friends.`);
}

/** Declines or cancels a friend request. */
export async function dropRequest(user: UserSummary): Promise<void> {
  await orToast(call(removeRelationship, { params: { user: user.id } }));
}

export function unfriend(user: UserSummary): void {
  confirm({
    title: `Remove ${nameOfUser(user)} from your friends?`,
    text: 'They are not told. What you wrote to each other stays.',
    action: 'Remove',
    danger: true,
    run: () => call(removeRelationship, { params: { user: user.id } }),
  });
}

export function block(user: UserSummary): void {
  confirm({
    title: `Block ${nameOfUser(user)}?`,
    text: 'They cannot write to you, invite you or ask to be friends, and see you as offline. They are not told.',
    action: 'Block',
    danger: true,
    run: async () => {
      await call(blockUser, { params: { user: user.id } });
      toast(`${nameOfUser(user)} is blocked.`);
    },
  });
}

export async function unblock(user: UserSummary): Promise<void> {
  if (await orToast(call(unblockUser, { params: { user: user.id } })))
    toast(`${nameOfUser(user)} is not blocked any more.`);
}

/** Opens the conversation with one person, or a new group with several; ids or handles. Throws `ApiError`. */
export async function startDirect(users: readonly string[]): Promise<void> {
  const space = await call(openDirect, { body: { users: [...users] } });
  takeSpace(space);
  go(pathToDirect(space));
}

export function writeTo(user: UserSummary): void {
  void orToast(startDirect([user.id]));
}

export async function take(request: MessageRequest): Promise<void> {
  await orToast(async () => {
    const space = await call(acceptRequest, { params: { space: request.space } });
    takeSpace(space);
    go(pathToDirect(space));
  });
}

export async function ignore(request: MessageRequest): Promise<void> {
  await orToast(call(ignoreRequest, { params: { space: request.space } }));
}
