import { type Static, Type } from 'typebox';
import { ServerName, SpaceId, UserId } from '../ids.ts';
import { ReportReasons, ReportText } from '../moderation.ts';
import { peerEndpoint } from './endpoint.ts';
import { strict } from './values.ts';

export const reportLimits = {
  /** The message and its newest edits. */
  lines: 4,
  lineLength: 98_304,
  /** Open ones of one homeserver. */
  openOfServer: 1_000,
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
