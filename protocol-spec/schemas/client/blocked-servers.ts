import { Type } from 'typebox';
import { ServerName, SpaceId, Timestamp } from '../ids.ts';
import { Reason } from '../moderation.ts';
import { UserSummary } from '../people.ts';
import { endpoint } from './endpoint.ts';

const strict = { additionalProperties: false } as const;
const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
/** At least two labels: what is none is not blocked by mistake. */
const Named = Type.String({ minLength: 1, maxLength: 253, pattern: `^${label}(\\.${label})+(:[1-9][0-9]{0,4})?$` });
const params = Type.Object({ space: SpaceId, server: Named });
const refusals = ['hub_away', 'not_found', 'missing_permission'] as const;

export const BlockedServer = Type.Object(
  { server: ServerName, by: UserSummary, reason: Type.String(), ts: Timestamp },
  { $id: 'BlockedServer' },
);

export const listBlockedServers = endpoint({
  name: 'listBlockedServers',
  method: 'GET',
  path: '/spaces/{space}/blocked-servers',
  tag: 'moderation',
  summary: 'Homeservers that a community has nothing to do with',
  clause: 'MOD-6',
  auth: 'session',
  permission: 'member.ban',
  limit: 'session',
  params: Type.Object({ space: SpaceId }),
  status: 200,
  answer: Type.Object({ servers: Type.Array(BlockedServer) }, strict),
  refusals: ['not_found', 'missing_permission'],
});

export const blockServer = endpoint({
  name: 'blockServer',
  method: 'PUT',
  path: '/spaces/{space}/blocked-servers/{server}',
  tag: 'moderation',
  summary: 'Have nothing to do with a homeserver any more: its users are no members, and cannot join',
  clause: 'MOD-6',
  auth: 'session',
  permission: 'member.ban',
  limit: 'manage',
  params,
  body: Type.Object({ reason: Type.Optional(Reason) }, strict),
  status: 204,
  refusals: [...refusals, 'forbidden', 'rank_too_low', 'limit_reached'],
});

export const unblockServer = endpoint({
  name: 'unblockServer',
  method: 'DELETE',
  path: '/spaces/{space}/blocked-servers/{server}',
  tag: 'moderation',
  summary: 'Let users of a homeserver join again',
  clause: 'MOD-6',
  auth: 'session',
  permission: 'member.ban',
  limit: 'manage',
  params,
  status: 204,
  refusals,
});
