import { Type } from 'typebox';
import { InviteCode, InviteId, RoleId, ServerName, SpaceId } from '../ids.ts';
import { Invite, Space } from '../objects.ts';
import { endpoint, ofOtherHubs } from './endpoint.ts';

const strict = { additionalProperties: false } as const;
const via = Type.Optional(ServerName);
/** Of another homeserver that was named by `via`. */
const elsewhere = [
  'bad_server_name',
  'server_blocked',
  'identity_changed',
  'discovery_failed',
  'busy',
  'hub_away',
] as const;

export const createInvite = endpoint({
  name: 'createInvite',
  method: 'POST',
  path: '/spaces/{space}/invites',
  tag: 'invites',
  summary: 'Make an invite; its code is shown this once',
  clause: 'INV-1',
  auth: 'session',
  permission: 'invite.create',
  limit: 'invite',
  params: Type.Object({ space: SpaceId }),
  body: Type.Object(
    {
      expires_in: Type.Optional(
        Type.Union([Type.Integer({ minimum: 60, maximum: 31_536_000, description: 'Seconds' }), Type.Null()]),
      ),
      max_uses: Type.Optional(Type.Union([Type.Integer({ minimum: 1, maximum: 1_000_000 }), Type.Null()])),
      role: Type.Optional(RoleId),
    },
    strict,
  ),
  status: 201,
  answer: Type.Object({ code: InviteCode, url: Type.String(), invite: Invite }, strict),
  refusals: [
    ...ofOtherHubs,
    'not_found',
    'missing_permission',
    'rank_too_low',
    'timed_out',
    'limit_reached',
    'forbidden',
  ],
});

export const listInvites = endpoint({
  name: 'listInvites',
  method: 'GET',
  path: '/spaces/{space}/invites',
  tag: 'invites',
  summary: 'Invites that still work; without `invite.manage` the own ones',
  clause: 'INV-2',
  auth: 'session',
  limit: 'session',
  params: Type.Object({ space: SpaceId }),
  status: 200,
  answer: Type.Object({ invites: Type.Array(Invite) }, strict),
  refusals: ['not_found'],
});

export const revokeInvite = endpoint({
  name: 'revokeInvite',
  method: 'DELETE',
  path: '/spaces/{space}/invites/{invite}',
  tag: 'invites',
  summary: 'Revoke an invite, the own one or, with `invite.manage`, any',
  clause: 'INV-2',
  auth: 'session',
  limit: 'manage',
  params: Type.Object({ space: SpaceId, invite: InviteId }),
  status: 204,
  refusals: [...ofOtherHubs, 'not_found', 'missing_permission'],
});

export const InvitePreview = Type.Object(
  {
    space: Type.Object(
      { id: SpaceId, name: Type.String(), description: Type.String(), member_count: Type.Integer() },
      strict,
    ),
    inviter: Type.Union([Type.String(), Type.Null()]),
    expires: Invite.properties.expires,
    member: Type.Boolean({ description: 'Whether the one who asks is a member already' }),
  },
  { ...strict, $id: 'InvitePreview' },
);

export const previewInvite = endpoint({
  name: 'previewInvite',
  method: 'GET',
  path: '/invites/{code}',
  tag: 'invites',
  summary: 'What an invite leads to',
  clause: 'INV-3',
  auth: 'none',
  limit: 'invite.preview',
  params: Type.Object({ code: InviteCode }),
  query: Type.Object({ via }, strict),
  status: 200,
  answer: InvitePreview,
  refusals: ['not_found', 'unauthenticated', ...elsewhere],
});

export const joinByInvite = endpoint({
  name: 'joinByInvite',
  method: 'POST',
  path: '/invites/{code}/join',
  tag: 'invites',
  summary: 'Join the community; a member already gets it as it is',
  clause: 'INV-4',
  auth: 'session',
  limit: 'join',
  params: Type.Object({ code: InviteCode }),
  body: Type.Optional(
    Type.Object(
      {
        via,
        unlisted: Type.Optional(Type.Boolean({ description: 'Be on no list until one says or does something there' })),
      },
      strict,
    ),
  ),
  status: 200,
  answer: Space,
  refusals: ['not_found', 'invite_gone', 'banned', 'limit_reached', 'pending', 'already_member', ...elsewhere],
});
