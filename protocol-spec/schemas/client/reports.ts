import { Type } from 'typebox';
import { ChannelId, Position, ReportId, SpaceId, UserId } from '../ids.ts';
import { limits } from '../limits.ts';
import { Report, ReportReasons, ReportText } from '../moderation.ts';
import { endpoint } from './endpoint.ts';

const strict = { additionalProperties: false } as const;
/** Of what is asked of the homeserver that keeps the reports, which may be another one. */
const ofTheirKeeper = [
  'not_found',
  'missing_permission',
  'hub_away',
  'busy',
  'rate_limited',
  'server_blocked',
  'identity_changed',
] as const;
const complaint = { reasons: ReportReasons, text: Type.Optional(ReportText) };

export const reportMessage = endpoint({
  name: 'reportMessage',
  method: 'POST',
  path: '/spaces/{space}/channels/{channel}/messages/{message}/report',
  tag: 'moderation',
  summary: 'Report a message to the moderators of the community and to the admins of the homeservers concerned',
  clause: 'RPT-1',
  auth: 'session',
  limit: 'report',
  params: Type.Object({ space: SpaceId, channel: ChannelId, message: Position }),
  body: Type.Object(complaint, strict),
  status: 204,
  refusals: ['not_found', 'invalid_body'],
});

export const reportUser = endpoint({
  name: 'reportUser',
  method: 'POST',
  path: '/users/{user}/report',
  tag: 'people',
  summary: 'Report somebody, to the admins of their homeserver and, where `space` is named, to its moderators',
  clause: 'RPT-2',
  auth: 'session',
  limit: 'report',
  params: Type.Object({ user: UserId }),
  body: Type.Object({ ...complaint, space: Type.Optional(SpaceId) }, strict),
  status: 204,
  refusals: ['not_found', 'invalid_body'],
});

export const listReports = endpoint({
  name: 'listReports',
  method: 'GET',
  path: '/spaces/{space}/reports',
  tag: 'moderation',
  summary: 'Open reports in a community, newest first, as far as one may view the channel',
  clause: 'RPT-4',
  auth: 'session',
  permission: 'member.ban',
  limit: 'session',
  params: Type.Object({ space: SpaceId }),
  status: 200,
  answer: Type.Object(
    {
      reports: Type.Array(Report, { maxItems: limits.pageSize }),
      kept_at: Type.String({
        description: 'Homeserver that keeps the reports; where it is another one, it was asked for them',
      }),
      more: Type.Boolean({ description: 'There are older ones; they are shown once some of these are closed' }),
    },
    strict,
  ),
  refusals: ofTheirKeeper,
});

export const closeReport = endpoint({
  name: 'closeReport',
  method: 'POST',
  path: '/spaces/{space}/reports/{report}/close',
  tag: 'moderation',
  summary: 'Close a report, for all moderators',
  clause: 'RPT-5',
  auth: 'session',
  permission: 'member.ban',
  limit: 'manage',
  params: Type.Object({ space: SpaceId, report: ReportId }),
  body: Type.Object({ outcome: Type.Union([Type.Literal('resolved'), Type.Literal('dismissed')]) }, strict),
  status: 204,
  refusals: ofTheirKeeper,
});
