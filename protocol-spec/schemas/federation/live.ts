import { type Static, Type } from 'typebox';
import { ChannelId, SpaceId, Timestamp, UserId } from '../ids.ts';
import { strict, StreamHeads, StreamName } from './values.ts';

/** Below the `api` of the key document; asked for with a signed GET that upgrades to a WebSocket. */
export const LIVE_PATH = '/live';

export const liveLimits = {
  /** Of a frame with lines; what is larger is told by its head only. */
  frameBytes: 256 * 1024,
  /** For how long a follower is told what is not in the log of a channel. */
  interestMs: 120_000,
  interestChannels: 1_000,
  pingMs: 20_000,
  ephemeralItems: 100,
  /** What a hub holds back for a follower that reads slowly. */
  queueBytes: 8 * 1024 * 1024,
} as const;

/** The streams of a space that this server may see, all of them. What is not in it any more is gone. */
export const HeadsFrame = Type.Object({
  op: Type.Literal('heads'),
  space: SpaceId,
  member_count: Type.Integer({ minimum: 0 }),
  /** Whether unlisted members are shown to this server, too. */
  with_unlisted: Type.Optional(Type.Literal(true)),
  streams: StreamHeads,
});
export type HeadsFrame = Static<typeof HeadsFrame>;

/** First line of a frame; the lines follow, each after a LF. */
export const LinesFrame = Type.Object({ op: Type.Literal('lines'), space: SpaceId, stream: StreamName });
export type LinesFrame = Static<typeof LinesFrame>;

/** One thing that is not in the log, of a user of the server that sends it or, from the hub, of anybody in the space. */
export const EphemeralItem = Type.Object({
  space: SpaceId,
  channel: Type.Optional(ChannelId),
  user: UserId,
  kind: Type.String({ maxLength: 64, pattern: '^[a-z][a-z0-9_.]*$', description: '`typing`, `presence`, …' }),
  ts: Timestamp,
  data: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
export type EphemeralItem = Static<typeof EphemeralItem>;

export const EphemeralFrame = Type.Object({
  op: Type.Literal('ephemeral'),
  items: Type.Array(EphemeralItem, { maxItems: liveLimits.ephemeralItems }),
});
export type EphemeralFrame = Static<typeof EphemeralFrame>;

/** Channels that are open on clients of the follower; each frame replaces the one before. */
export const InterestFrame = Type.Object(
  {
    op: Type.Literal('interest'),
    channels: Type.Array(ChannelId, { maxItems: liveLimits.interestChannels }),
  },
  strict,
);
export type InterestFrame = Static<typeof InterestFrame>;

/** Why a hub closes a live connection. */
export const liveCloseCodes = {
  going_away: 1001,
  bad_frame: 4400,
  replaced: 4409,
  blocked: 4403,
  too_slow: 4408,
} as const;
