import { type Static, Type } from 'typebox';
import { ChannelId, Position, ReportId, ServerName, SpaceId, Timestamp, UserId } from '../ids.ts';
import { limits } from '../limits.ts';
import { ReportReasons, ReportText } from '../moderation.ts';
import { peerEndpoint } from './endpoint.ts';
import { strict } from './values.ts';

export const reportLimits = {
  /** The message and its newest edits. */
  lines: 4,
  lineLength: 98_304,
  /** Open ones of one homeserver. */
  openOfServer: 1_000,
  /** Of all lines of a list, but always one report. */
  listBytes: 2 * 1024 * 1024,
  /** Of the first line of a list, but always one report. */
  headerBytes: 192 * 1024,
  /** For how long evidence is kept at most. */
  keptMs: 90 * 86_400_000,
} as const;

/** Somebody of the sending homeserver complains about a user, and about a message where there are lines. [RPT-6] */
export const ReportLetter = Type.Object(
  {
    v: Type.Literal(1),
    id: Type.String({ pattern: '^i_[a-z2-7]{26}$' }),
    user: UserId,
    space: Type.Union([SpaceId, Type.Null()]),
    hub: Type.Union([ServerName, Type.Null()]),
    reasons: ReportReasons,
    text: Type.Optional(ReportText),
    lines: Type.Array(Type.String({ maxLength: reportLimits.lineLength }), { maxItems: reportLimits.lines }),
  },
  strict,
);
export type ReportLetter = Static<typeof ReportLetter>;

export const peerReport = peerEndpoint({
  name: 'report',
  method: 'POST',
  path: '/reports',
  clause: 'RPT-6',
  body: ReportLetter,
  maxBytes: 512 * 1_024,
  status: 202,
  answer: Type.Object({ v: Type.Literal(1) }),
});

/** What moderators read of a report; its lines follow after those of the reports before it. */
export const PeerReport = Type.Object({
  id: ReportId,
  user: UserId,
  reasons: ReportReasons,
  text: ReportText,
  ts: Timestamp,
  from: ServerName,
  channel: Type.Union([ChannelId, Type.Null()]),
  message: Type.Union([Position, Type.Null()]),
  lines: Type.Integer({ minimum: 0, maximum: reportLimits.lines, description: 'How many of the lines are of it' }),
});
export type PeerReport = Static<typeof PeerReport>;

/** The open reports that `user`, somebody of the asking homeserver, may read. [RPT-8] */
export const peerListReports = peerEndpoint({
  name: 'list of reports',
  method: 'GET',
  path: '/spaces/{space}/reports',
  clause: 'RPT-8',
  params: Type.Object({ space: SpaceId }),
  query: Type.Object({ user: UserId }, strict),
  answer: Type.Object({
    v: Type.Literal(1),
    reports: Type.Array(PeerReport, { maxItems: limits.pageSize }),
    more: Type.Boolean(),
  }),
  givesLines: true,
});

export const peerCloseReport = peerEndpoint({
  name: 'close report',
  method: 'POST',
  path: '/spaces/{space}/reports/{report}/close',
  clause: 'RPT-8',
  params: Type.Object({ space: SpaceId, report: ReportId }),
  body: Type.Object(
    {
      v: Type.Literal(1),
      user: UserId,
      outcome: Type.Union([Type.Literal('resolved'), Type.Literal('dismissed')]),
    },
    strict,
  ),
  maxBytes: 1_024,
  answer: Type.Object({ v: Type.Literal(1) }),
});
