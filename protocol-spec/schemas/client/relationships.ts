import { Type } from 'typebox';
import { SpaceId, UserId, Whom } from '../ids.ts';
import { limits } from '../limits.ts';
import { Space } from '../objects.ts';
import { MessageRequest, Privacy, Relationship, User } from '../people.ts';
import { endpoint } from './endpoint.ts';

const strict = { additionalProperties: false } as const;
const ofUser = Type.Object({ user: UserId });
const ofSpace = Type.Object({ space: SpaceId });
const others = (max: number) => Type.Array(Whom, { minItems: 1, maxItems: max, uniqueItems: true });

export const listRelationships = endpoint({
  name: 'listRelationships',
  method: 'GET',
  path: '/relationships',
  tag: 'people',
  summary: 'Friends, friend requests both ways, and who is blocked',
  clause: 'REL-1',
  auth: 'session',
  limit: 'session',
  status: 200,
  answer: Type.Object({ relationships: Type.Array(Relationship) }, strict),
  refusals: [],
});

export const requestFriend = endpoint({
  name: 'requestFriend',
  method: 'POST',
  path: '/relationships',
  tag: 'people',
  summary: 'Ask somebody to be friends, or accept where they asked already',
  clause: 'REL-2',
  auth: 'session',
  limit: 'people',
  body: Type.Object({ user: Whom }, strict),
  status: 200,
  answer: Relationship,
  refusals: ['not_found', 'invalid_body', 'conflict', 'limit_reached', 'unavailable'],
});

export const acceptFriend = endpoint({
  name: 'acceptFriend',
  method: 'POST',
  path: '/relationships/{user}/accept',
  tag: 'people',
  summary: 'Accept a friend request',
  clause: 'REL-3',
  auth: 'session',
  limit: 'people',
  params: ofUser,
  status: 200,
  answer: Relationship,
  refusals: ['not_found'],
});

export const removeRelationship = endpoint({
  name: 'removeRelationship',
  method: 'DELETE',
  path: '/relationships/{user}',
  tag: 'people',
  summary: 'Decline or cancel a friend request, or end a friendship',
  clause: 'REL-4',
  auth: 'session',
  limit: 'people',
  params: ofUser,
  status: 204,
  refusals: [],
});

export const blockUser = endpoint({
  name: 'blockUser',
  method: 'PUT',
  path: '/relationships/{user}/block',
  tag: 'people',
  summary: 'Block somebody: nothing of theirs gets through any more, and they are not told',
  clause: 'REL-5',
  auth: 'session',
  limit: 'people',
  params: ofUser,
  status: 200,
  answer: Relationship,
  refusals: ['not_found', 'invalid_body', 'limit_reached'],
});

export const unblockUser = endpoint({
  name: 'unblockUser',
  method: 'DELETE',
  path: '/relationships/{user}/block',
  tag: 'people',
  summary: 'Lift a block',
  clause: 'REL-5',
  auth: 'session',
  limit: 'people',
  params: ofUser,
  status: 204,
  refusals: [],
});

export const lookUpUser = endpoint({
  name: 'lookUpUser',
  method: 'POST',
  path: '/users/lookup',
  tag: 'people',
  summary: 'Who has a handle, here (`name`) or on another homeserver (`name@server`)',
  clause: 'REL-8',
  auth: 'session',
  limit: 'people',
  body: Type.Object({ handle: Whom.anyOf[1] }, strict),
  status: 200,
  answer: User,
  refusals: ['not_found', 'unavailable'],
});

export const getPrivacy = endpoint({
  name: 'getPrivacy',
  method: 'GET',
  path: '/users/me/privacy',
  tag: 'people',
  summary: 'Who may find the user by handle, and whose requests get through',
  clause: 'REL-7',
  auth: 'session',
  limit: 'session',
  status: 200,
  answer: Privacy,
  refusals: [],
});

export const setPrivacy = endpoint({
  name: 'setPrivacy',
  method: 'PUT',
  path: '/users/me/privacy',
  tag: 'people',
  summary: 'Choose who may find the user by handle, and whose requests get through',
  clause: 'REL-7',
  auth: 'session',
  limit: 'profile',
  body: Privacy,
  status: 200,
  answer: Privacy,
  refusals: [],
});

export const openDirect = endpoint({
  name: 'openDirect',
  method: 'POST',
  path: '/dms',
  tag: 'people',
  summary:
    'Open a direct message with one user (the same one again, where there is one), or found a group with several',
  clause: 'DM-1',
  auth: 'session',
  limit: 'people',
  body: Type.Object({ users: others(limits.groupMembers - 1) }, strict),
  status: 200,
  answer: Space,
  refusals: ['not_found', 'invalid_body', 'conflict', 'limit_reached', 'unavailable'],
});

export const addToGroup = endpoint({
  name: 'addToGroup',
  method: 'POST',
  path: '/dms/{space}/people',
  tag: 'people',
  summary: 'Invite more people into a group; leaving and renaming are as in a community',
  clause: 'DM-5',
  auth: 'session',
  limit: 'people',
  params: ofSpace,
  body: Type.Object({ users: others(limits.groupMembers - 1) }, strict),
  status: 204,
  refusals: ['not_found', 'invalid_body', 'conflict', 'missing_permission', 'limit_reached', 'unavailable'],
});

export const listRequests = endpoint({
  name: 'listRequests',
  method: 'GET',
  path: '/requests',
  tag: 'people',
  summary: 'Direct messages and groups that people who are no friends invite to, newest first',
  clause: 'REQ-1',
  auth: 'session',
  limit: 'session',
  status: 200,
  answer: Type.Object({ requests: Type.Array(MessageRequest) }, strict),
  refusals: [],
});

export const acceptRequest = endpoint({
  name: 'acceptRequest',
  method: 'POST',
  path: '/requests/{space}/accept',
  tag: 'people',
  summary: 'Join the direct message or group; what was written in it can be read now',
  clause: 'REQ-2',
  auth: 'session',
  limit: 'join',
  params: ofSpace,
  status: 200,
  answer: Space,
  refusals: ['not_found', 'invite_gone', 'limit_reached', 'unavailable'],
});

export const ignoreRequest = endpoint({
  name: 'ignoreRequest',
  method: 'DELETE',
  path: '/requests/{space}',
  tag: 'people',
  summary: 'Ignore a request; whoever made it is not told',
  clause: 'REQ-3',
  auth: 'session',
  limit: 'people',
  params: ofSpace,
  status: 204,
  refusals: ['not_found'],
});
