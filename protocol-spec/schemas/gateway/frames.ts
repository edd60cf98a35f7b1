import { type Static, Type } from 'typebox';
import { SessionId, UserId } from '../ids.ts';
import { gatewayLimits } from '../limits.ts';
import { ErrorAnswer } from '../errors.ts';
import { OpeningState } from './events.ts';

const strict = { additionalProperties: false } as const;
const Count = Type.Integer({
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'Number of `event` frames taken since `ready`',
});
const Token = Type.Optional(
  Type.String({ maxLength: 64, description: 'Access token; left out where the cookie travelled with the upgrade' }),
);
const RequestId = Type.Integer({
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'Chosen by the client; the answer carries it',
});
const GatewaySession = Type.String({ pattern: '^g_[a-z2-7]{26}$', description: 'Gateway session, for `resume`' });

/** Frames that a client sends. [GW-2] */
export const clientFrames = {
  identify: Type.Object({ op: Type.Literal('identify'), token: Token }, strict),
  resume: Type.Object({ op: Type.Literal('resume'), token: Token, session: GatewaySession, seq: Count }, strict),
  heartbeat: Type.Object({ op: Type.Literal('heartbeat'), seq: Count }, strict),
  watch: Type.Object(
    { op: Type.Literal('watch'), users: Type.Array(UserId, { maxItems: gatewayLimits.watchedUsers }) },
    { ...strict, description: 'Whose presence is in view; replaces what was watched before' },
  ),
  idle: Type.Object({ op: Type.Literal('idle'), idle: Type.Boolean() }, strict),
  voice: Type.Object(
    { op: Type.Literal('voice'), id: RequestId, method: Type.String({ maxLength: 32 }), d: Type.Object({}) },
    {
      ...strict,
      description: 'A request about voice: `d` is of the table of voice methods',
      examples: [{ op: 'voice', id: 1, method: 'leave', d: {} }],
    },
  ),
} as const;

/** Frames that the homeserver sends. [GW-3] */
export const serverFrames = {
  hello: Type.Object(
    { op: Type.Literal('hello'), heartbeat: Type.Integer({ description: 'Milliseconds between heartbeats' }) },
    strict,
  ),
  ready: Type.Object({ op: Type.Literal('ready'), session: GatewaySession, login: SessionId, d: OpeningState }, strict),
  resumed: Type.Object({ op: Type.Literal('resumed'), replayed: Type.Integer() }, strict),
  invalid_session: Type.Object(
    { op: Type.Literal('invalid_session') },
    { ...strict, description: 'Cannot be resumed: identify' },
  ),
  event: Type.Object({ op: Type.Literal('event'), t: Type.String(), d: Type.Unknown() }, strict),
  voice: Type.Object(
    {
      op: Type.Literal('voice'),
      id: RequestId,
      ok: Type.Optional(Type.Object({}, { description: 'What was asked for' })),
      error: Type.Optional(ErrorAnswer),
    },
    {
      ...strict,
      description: 'The answer: either `ok` or `error`',
      examples: [{ op: 'voice', id: 1, ok: {} }],
    },
  ),
  voice_notice: Type.Object(
    { op: Type.Literal('voice_notice'), t: Type.String(), d: Type.Unknown() },
    { ...strict, description: 'For whoever is in a voice channel; not counted, not replayed' },
  ),
  heartbeat_ack: Type.Object({ op: Type.Literal('heartbeat_ack') }, strict),
  reconnect: Type.Object(
    {
      op: Type.Literal('reconnect'),
      after: Type.Integer({ description: 'Milliseconds to wait, different for each client' }),
    },
    strict,
  ),
} as const;

export type ClientFrame = {
  [K in keyof typeof clientFrames]: Static<(typeof clientFrames)[K]>;
}[keyof typeof clientFrames];
export type ServerFrame = {
  [K in keyof typeof serverFrames]: Static<(typeof serverFrames)[K]>;
}[keyof typeof serverFrames];

export interface CloseKind {
  code: number;
  resume: boolean;
  message: string;
}

/** Why the homeserver closes a gateway socket, and whether the session can be resumed. [GW-8] */
export const closeCodes = {
  bad_frame: { code: 4002, resume: true, message: 'a frame was not understood' },
  not_identified: { code: 4003, resume: false, message: 'identify first' },
  authentication_ended: { code: 4004, resume: false, message: 'the token is wrong or its session has ended' },
  already_identified: { code: 4005, resume: true, message: 'identified already' },
  bad_sequence: { code: 4007, resume: false, message: 'the count is not possible' },
  too_fast: { code: 4008, resume: true, message: 'too many frames' },
  too_slow: { code: 4009, resume: true, message: 'reading too slowly' },
  silent: { code: 4010, resume: true, message: 'no heartbeat, or no identify in time' },
  replaced: { code: 4011, resume: false, message: 'resumed on another socket' },
  restart: { code: 1012, resume: true, message: 'the homeserver restarts; come back' },
  too_large: { code: 1009, resume: true, message: 'the frame is too large' },
} as const satisfies Record<string, CloseKind>;
