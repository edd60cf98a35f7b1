import { type Static, Type } from 'typebox';
import { ChannelId, Timestamp, UserId } from './ids.ts';
import { UserSummary } from './people.ts';

const open = { additionalProperties: false } as const;

export const VoiceState = Type.Object(
  {
    channel: ChannelId,
    user: UserSummary,
    muted: Type.Boolean(),
    deafened: Type.Boolean(),
    server_muted: Type.Boolean({ description: 'By a moderator, or for want of `voice.speak`' }),
    server_deafened: Type.Boolean(),
    camera: Type.Boolean(),
    screen: Type.Boolean(),
    priority: Type.Optional(
      Type.Boolean({ description: 'While they speak the microphones of others are turned down; absent is no' }),
    ),
  },
  { ...open, $id: 'VoiceState', description: 'Somebody in a voice channel' },
);
export const CallId = Type.String({ pattern: '^[a-z0-9-]{1,64}$', examples: ['7d3b0c52-5b9f-4c1e-8d0a-2f1f6c7be9a4'] });
export const Call = Type.Object(
  {
    id: CallId,
    channel: ChannelId,
    by: UserSummary,
    since: Timestamp,
    ringing: Type.Array(UserId, { maxItems: 10, description: 'Whose devices ring now' }),
    answered: Type.Boolean({ description: 'Whether anybody but the caller was in it' }),
  },
  { ...open, $id: 'Call', description: 'A call in a direct message or group' },
);
export const CallEnd = Type.Union([
  Type.Literal('ended'),
  Type.Literal('declined'),
  Type.Literal('busy'),
  Type.Literal('missed'),
]);

export type VoiceState = Static<typeof VoiceState>;
export type Call = Static<typeof Call>;
export type CallEnd = Static<typeof CallEnd>;
