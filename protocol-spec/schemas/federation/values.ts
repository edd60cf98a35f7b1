import { type Static, Type } from 'typebox';
import { ChannelId, SpaceId, Timestamp } from '../ids.ts';

export const StreamName = Type.Union([Type.Literal('_'), ChannelId]);
/** 32 bytes; the last character has two spare bits, which are zero. */
export const EventHash = Type.String({ pattern: '^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$' });
/** `<epoch>.<seq>.<hash>`: the last event that somebody has of a stream. [REP-2] */
export const CursorText = Type.String({
  pattern: '^[1-9][0-9]{0,8}\\.(0|[1-9][0-9]{0,14})\\.[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$',
});
export const Place = { epoch: Type.Integer({ minimum: 1 }), seq: Type.Integer({ minimum: 0 }) };

/** Head and state of a stream, signed by the hub in the context `checkpoint`. [REP-6] */
export const Checkpoint = Type.Object({
  v: Type.Literal(1),
  space: SpaceId,
  stream: StreamName,
  ...Place,
  hash: EventHash,
  ts: Timestamp,
  state_hash: EventHash,
  kid: EventHash,
  sig: Type.String({ pattern: '^[A-Za-z0-9_-]{85}[AQgw]$' }),
});
export type Checkpoint = Static<typeof Checkpoint>;

/** Heads by stream. */
export const StreamHeads = Type.Record(Type.String({ pattern: '^(_|c_[a-z2-7]{26})$' }), CursorText);

export const strict = { additionalProperties: false } as const;
