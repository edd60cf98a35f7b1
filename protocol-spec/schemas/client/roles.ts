import { Type } from 'typebox';
import { RoleId, SpaceId, UserId } from '../ids.ts';
import { Color, Member, Rank, Role, RoleName } from '../objects.ts';
import { Permissions } from '../permissions.ts';
import { endpoint, ofOtherHubs } from './endpoint.ts';

const strict = { additionalProperties: false } as const;
const params = Type.Object({ space: SpaceId, role: RoleId });
const changeable = {
  color: Color,
  rank: Rank,
  permissions: Permissions,
  hoist: Type.Boolean(),
  mentionable: Type.Boolean(),
};
const fields = { name: RoleName, ...changeable };

export const createRole = endpoint({
  name: 'createRole',
  method: 'POST',
  path: '/spaces/{space}/roles',
  tag: 'roles',
  summary: 'Create a role below the own highest one',
  clause: 'ROL-1',
  auth: 'session',
  permission: 'role.manage',
  limit: 'manage',
  params: Type.Object({ space: SpaceId }),
  body: Type.Object({ name: RoleName, ...Type.Partial(Type.Object(changeable)).properties }, strict),
  status: 201,
  answer: Role,
  refusals: [...ofOtherHubs, 'not_found', 'missing_permission', 'rank_too_low', 'limit_reached'],
});

export const updateRole = endpoint({
  name: 'updateRole',
  method: 'PATCH',
  path: '/spaces/{space}/roles/{role}',
  tag: 'roles',
  summary: 'Change a role',
  clause: 'ROL-2',
  auth: 'session',
  permission: 'role.manage',
  limit: 'manage',
  params,
  body: Type.Partial(Type.Object(fields, strict), { ...strict, minProperties: 1 }),
  status: 200,
  answer: Role,
  refusals: [...ofOtherHubs, 'not_found', 'missing_permission', 'rank_too_low', 'forbidden'],
});

export const deleteRole = endpoint({
  name: 'deleteRole',
  method: 'DELETE',
  path: '/spaces/{space}/roles/{role}',
  tag: 'roles',
  summary: 'Delete a role',
  clause: 'ROL-3',
  auth: 'session',
  permission: 'role.manage',
  limit: 'manage',
  params,
  status: 204,
  refusals: [...ofOtherHubs, 'not_found', 'missing_permission', 'rank_too_low', 'forbidden'],
});

const given = Type.Object({ space: SpaceId, user: UserId, role: RoleId });

export const giveRole = endpoint({
  name: 'giveRole',
  method: 'PUT',
  path: '/spaces/{space}/members/{user}/roles/{role}',
  tag: 'roles',
  summary: 'Give a member a role',
  clause: 'ROL-4',
  auth: 'session',
  permission: 'role.manage',
  limit: 'manage',
  params: given,
  status: 200,
  answer: Member,
  refusals: [...ofOtherHubs, 'not_found', 'missing_permission', 'rank_too_low', 'forbidden'],
});

export const takeRole = endpoint({
  name: 'takeRole',
  method: 'DELETE',
  path: '/spaces/{space}/members/{user}/roles/{role}',
  tag: 'roles',
  summary: 'Take a role from a member',
  clause: 'ROL-4',
  auth: 'session',
  permission: 'role.manage',
  limit: 'manage',
  params: given,
  status: 200,
  answer: Member,
  refusals: [...ofOtherHubs, 'not_found', 'missing_permission', 'rank_too_low', 'forbidden'],
});
