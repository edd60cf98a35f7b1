import { Type } from 'typebox';
import { RoleId, SpaceId, Timestamp, UserId } from '../ids.ts';
import { limits } from '../limits.ts';
import { AuditEntry, Ban, Reason } from '../moderation.ts';
import { Member, Nick } from '../objects.ts';
import { Presence } from '../people.ts';
import { endpoint, ofOtherHubs } from './endpoint.ts';

const strict = { additionalProperties: false } as const;
const params = Type.Object({ space: SpaceId, user: UserId });
const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: limits.pageSize }));
const Cursor = Type.Optional(Type.String({ maxLength: 512, description: '`next` of the page before' }));
const next = Type.Union([Type.String(), Type.Null()], { description: 'Cursor of the next page' });

export const listMembers = endpoint({
  name: 'listMembers',
  method: 'GET',
  path: '/spaces/{space}/members',
  tag: 'members',
  summary: 'Members, the highest hoisted roles first, then by name',
  clause: 'MEM-1',
  auth: 'session',
  limit: 'members',
  params: Type.Object({ space: SpaceId }),
  query: Type.Object(
    {
      after: Cursor,
      limit: Limit,
      query: Type.Optional(Type.String({ maxLength: 64, description: 'Start of handle, display name or nick name' })),
      role: Type.Optional(RoleId),
    },
    strict,
  ),
  status: 200,
  answer: Type.Object({ members: Type.Array(Member), presences: Type.Array(Presence), next }, strict),
  refusals: ['not_found', 'not_granted'],
});

export const getMember = endpoint({
  name: 'getMember',
  method: 'GET',
  path: '/spaces/{space}/members/{user}',
  tag: 'members',
  summary: 'One member',
  clause: 'MEM-1',
  auth: 'session',
  limit: 'session',
  params,
  status: 200,
  answer: Member,
  refusals: ['not_found', 'not_granted'],
});

export const updateMember = endpoint({
  name: 'updateMember',
  method: 'PATCH',
  path: '/spaces/{space}/members/{user}',
  tag: 'members',
  summary: 'Set a nick name, the own one or that of somebody below, and whether one is listed',
  clause: 'MEM-2',
  auth: 'session',
  limit: 'manage',
  params,
  body: Type.Object(
    {
      nick: Type.Optional(Type.Union([Nick, Type.Null()])),
      unlisted: Type.Optional(Type.Boolean({ description: 'Whether to be on no list; only for oneself' })),
    },
    { ...strict, minProperties: 1 },
  ),
  status: 200,
  answer: Member,
  refusals: [...ofOtherHubs, 'not_found', 'missing_permission', 'rank_too_low', 'timed_out', 'forbidden'],
});

const WithReason = Type.Object({ reason: Type.Optional(Reason) }, strict);

export const kickMember = endpoint({
  name: 'kickMember',
  method: 'POST',
  path: '/spaces/{space}/members/{user}/kick',
  tag: 'moderation',
  summary: 'Remove a member, who may come back by invite',
  clause: 'MOD-1',
  auth: 'session',
  permission: 'member.kick',
  limit: 'manage',
  params,
  body: WithReason,
  status: 204,
  refusals: [...ofOtherHubs, 'not_found', 'missing_permission', 'rank_too_low'],
});

export const timeOutMember = endpoint({
  name: 'timeOutMember',
  method: 'PUT',
  path: '/spaces/{space}/members/{user}/timeout',
  tag: 'moderation',
  summary: 'Stop a member from writing, reacting and inviting until a time; `null` ends it',
  clause: 'MOD-2',
  auth: 'session',
  permission: 'member.timeout',
  limit: 'manage',
  params,
  body: Type.Object({ until: Type.Union([Timestamp, Type.Null()]), reason: Type.Optional(Reason) }, strict),
  status: 200,
  answer: Member,
  refusals: [...ofOtherHubs, 'not_found', 'missing_permission', 'rank_too_low', 'invalid_body'],
});

export const banUser = endpoint({
  name: 'banUser',
  method: 'PUT',
  path: '/spaces/{space}/bans/{user}',
  tag: 'moderation',
  summary: 'Ban a user, optionally deleting what they wrote lately',
  clause: 'MOD-3',
  auth: 'session',
  permission: 'member.ban',
  limit: 'manage',
  params,
  body: Type.Object(
    {
      reason: Type.Optional(Reason),
      purge_seconds: Type.Optional(Type.Integer({ minimum: 0, maximum: limits.purgeSeconds })),
    },
    strict,
  ),
  status: 204,
  refusals: [...ofOtherHubs, 'not_found', 'missing_permission', 'rank_too_low'],
});

export const unbanUser = endpoint({
  name: 'unbanUser',
  method: 'DELETE',
  path: '/spaces/{space}/bans/{user}',
  tag: 'moderation',
  summary: 'Lift a ban',
  clause: 'MOD-3',
  auth: 'session',
  permission: 'member.ban',
  limit: 'manage',
  params,
  status: 204,
  refusals: [...ofOtherHubs, 'not_found', 'missing_permission'],
});

export const listBans = endpoint({
  name: 'listBans',
  method: 'GET',
  path: '/spaces/{space}/bans',
  tag: 'moderation',
  summary: 'Bans, newest first',
  clause: 'MOD-3',
  auth: 'session',
  permission: 'member.ban',
  limit: 'session',
  params: Type.Object({ space: SpaceId }),
  query: Type.Object({ after: Cursor, limit: Limit }, strict),
  status: 200,
  answer: Type.Object({ bans: Type.Array(Ban), next }, strict),
  refusals: ['not_found', 'missing_permission'],
});

export const listAudit = endpoint({
  name: 'listAudit',
  method: 'GET',
  path: '/spaces/{space}/audit',
  tag: 'moderation',
  summary: 'Who changed what, newest first',
  clause: 'MOD-4',
  auth: 'session',
  permission: 'audit.view',
  limit: 'session',
  params: Type.Object({ space: SpaceId }),
  query: Type.Object(
    {
      after: Cursor,
      limit: Limit,
      actor: Type.Optional(UserId),
      type: Type.Optional(Type.String({ maxLength: 64 })),
      target: Type.Optional(Type.String({ maxLength: 64 })),
    },
    strict,
  ),
  status: 200,
  answer: Type.Object({ entries: Type.Array(AuditEntry), next }, strict),
  refusals: ['not_found', 'missing_permission'],
});
