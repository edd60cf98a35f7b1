import { Type } from 'typebox';
import { SpaceId, UserId, ChannelId } from '../ids.ts';
import { Description, Space, SpaceName, SpaceProfile } from '../objects.ts';
import { endpoint, ofOtherHubs } from './endpoint.ts';

const strict = { additionalProperties: false } as const;
const params = Type.Object({ space: SpaceId });

export const SpaceTemplate = Type.Union(
  [Type.Literal('empty'), Type.Literal('friends'), Type.Literal('community'), Type.Literal('project')],
  {
    description: 'Starting set of channels and roles',
  },
);

export const createSpace = endpoint({
  name: 'createSpace',
  method: 'POST',
  path: '/spaces',
  tag: 'spaces',
  summary: 'Create a community',
  clause: 'SPC-1',
  auth: 'session',
  limit: 'space.create',
  body: Type.Object(
    { name: SpaceName, description: Type.Optional(Description), template: Type.Optional(SpaceTemplate) },
    strict,
  ),
  status: 201,
  answer: Space,
  refusals: ['limit_reached'],
});

export const listSpaces = endpoint({
  name: 'listSpaces',
  method: 'GET',
  path: '/spaces',
  tag: 'spaces',
  summary: 'Spaces one is a member of',
  clause: 'SPC-2',
  auth: 'session',
  limit: 'session',
  status: 200,
  answer: Type.Object({ spaces: Type.Array(SpaceProfile) }, strict),
  refusals: [],
});

export const getSpace = endpoint({
  name: 'getSpace',
  method: 'GET',
  path: '/spaces/{space}',
  tag: 'spaces',
  summary: 'A space as it opens: roles, visible channels, read markers',
  clause: 'SPC-2',
  auth: 'session',
  limit: 'session',
  params,
  status: 200,
  answer: Space,
  refusals: ['not_found'],
});

export const updateSpace = endpoint({
  name: 'updateSpace',
  method: 'PATCH',
  path: '/spaces/{space}',
  tag: 'spaces',
  summary: 'Change name or description',
  clause: 'SPC-3',
  auth: 'session',
  permission: 'space.manage',
  limit: 'manage',
  params,
  body: Type.Partial(Type.Object({ name: SpaceName, description: Description }, strict), {
    ...strict,
    minProperties: 1,
  }),
  status: 200,
  answer: SpaceProfile,
  refusals: ['forbidden', ...ofOtherHubs, 'not_found', 'missing_permission'],
});

export const transferSpace = endpoint({
  name: 'transferSpace',
  method: 'PUT',
  path: '/spaces/{space}/owner',
  tag: 'spaces',
  summary: 'Hand the community over to another member',
  clause: 'SPC-4',
  auth: 'session',
  limit: 'manage',
  params,
  body: Type.Object({ user: UserId }, strict),
  status: 200,
  answer: SpaceProfile,
  refusals: ['forbidden', ...ofOtherHubs, 'not_found', 'owner_only'],
});

export const deleteSpace = endpoint({
  name: 'deleteSpace',
  method: 'DELETE',
  path: '/spaces/{space}',
  tag: 'spaces',
  summary: 'Delete the community',
  clause: 'SPC-5',
  auth: 'session',
  limit: 'manage',
  params,
  status: 204,
  refusals: [...ofOtherHubs, 'not_found', 'owner_only'],
});

export const leaveSpace = endpoint({
  name: 'leaveSpace',
  method: 'POST',
  path: '/spaces/{space}/leave',
  tag: 'spaces',
  summary: 'Leave',
  clause: 'SPC-6',
  auth: 'session',
  limit: 'manage',
  params,
  status: 204,
  refusals: [...ofOtherHubs, 'not_found', 'owner_cannot'],
});

export const explainPermission = endpoint({
  name: 'explainPermission',
  method: 'GET',
  path: '/spaces/{space}/permissions',
  tag: 'spaces',
  summary: 'Permissions of a member, each with the role or override that decided',
  clause: 'PERM-4',
  auth: 'session',
  limit: 'session',
  params,
  query: Type.Object({ user: Type.Optional(UserId), channel: Type.Optional(ChannelId) }, strict),
  status: 200,
  answer: Type.Object(
    {
      permissions: Type.Array(
        Type.Object(
          {
            permission: Type.String(),
            allowed: Type.Boolean(),
            by: Type.String(),
            source: Type.Optional(Type.String()),
            source_name: Type.Optional(Type.String()),
          },
          strict,
        ),
      ),
    },
    strict,
  ),
  refusals: ['not_found', 'missing_permission'],
});
