import { type Static, Type } from 'typebox';
import { ChannelId, Position, ReportId, Timestamp } from './ids.ts';
import { limits } from './limits.ts';
import { UserSummary } from './people.ts';

const open = { additionalProperties: false } as const;

export const Reason = Type.String({ maxLength: limits.reasonLength });
export const Ban = Type.Object(
  { user: UserSummary, by: UserSummary, reason: Type.String(), ts: Timestamp },
  { ...open, $id: 'Ban' },
);
export const ReportReason = Type.Union([
  Type.Literal('spam'),
  Type.Literal('harassment'),
  Type.Literal('hate'),
  Type.Literal('sexual'),
  Type.Literal('violence'),
  Type.Literal('self_harm'),
  Type.Literal('illegal'),
  Type.Literal('other'),
]);
export const ReportReasons = Type.Array(ReportReason, { minItems: 1, maxItems: 4, uniqueItems: true });
export const ReportText = Type.String({ maxLength: limits.reportLength });
export const Report = Type.Object(
  {
    id: ReportId,
    user: UserSummary,
    reasons: ReportReasons,
    text: Type.String(),
    ts: Timestamp,
    from: Type.Union([Type.String(), Type.Null()], {
      description: 'Homeserver of whoever reported it; null for this one. Who it was is not said',
    }),
    channel: Type.Union([ChannelId, Type.Null()]),
    message: Type.Union([Position, Type.Null()], { description: 'Null where somebody was reported, not a message' }),
    said: Type.Array(Type.String(), {
      description: 'What the message said, first and after each edit, kept as evidence while the report is open',
    }),
  },
  { ...open, $id: 'Report' },
);
export const AuditEntry = Type.Object(
  {
    id: Type.String({ description: '`<stream>:<position>` of the event' }),
    type: Type.String(),
    actor: UserSummary,
    target: Type.Union([Type.String(), Type.Null()], {
      description: 'Id of the user, role, channel or invite it was done to',
    }),
    target_name: Type.Union([Type.String(), Type.Null()], { description: 'Its name at that time' }),
    changes: Type.Record(Type.String(), Type.Unknown()),
    reason: Type.Union([Type.String(), Type.Null()]),
    ts: Timestamp,
  },
  { ...open, $id: 'AuditEntry' },
);

export type Ban = Static<typeof Ban>;
export type ReportReason = Static<typeof ReportReason>;
export type Report = Static<typeof Report>;
export type AuditEntry = Static<typeof AuditEntry>;
