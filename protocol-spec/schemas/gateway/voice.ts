import { type Static, type TSchema, Type } from 'typebox';
import { ChannelId, SpaceId, Timestamp, UserId } from '../ids.ts';
import { voiceLimits } from '../limits.ts';
import { CallId, VoiceState } from '../voice-state.ts';
import { Permissions } from '../permissions.ts';
import { IssuedStreamToken, KeyThumbprint, VoiceToken, VoiceUrl } from './guest-voice.ts';
import { DtlsParameters, IceCandidate, IceParameters, MediaKind, RtpCapabilities, RtpParameters } from './ortc.ts';

const strict = { additionalProperties: false } as const;
const Nothing = Type.Object({}, strict);
/** Names of transports, producers and consumers are given by the homeserver and mean nothing. */
const MediaId = Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9-]+$' });
const MediaIds = Type.Array(MediaId, { maxItems: voiceLimits.idsPerRequest });
const Layer = Type.Integer({ minimum: 0, maximum: 7 });

export const Source = Type.Union([
  Type.Literal('mic'),
  Type.Literal('camera'),
  Type.Literal('screen'),
  Type.Literal('screen_audio'),
]);

export const VoiceTransport = Type.Object(
  {
    id: MediaId,
    ice_parameters: IceParameters,
    ice_candidates: Type.Array(IceCandidate),
    dtls_parameters: DtlsParameters,
  },
  { ...strict, $id: 'VoiceTransport', description: 'The end of a connection at the homeserver, which is ICE-lite' },
);

export const Producer = Type.Object(
  {
    id: MediaId,
    user: UserId,
    source: Source,
    kind: MediaKind,
    paused: Type.Boolean({ description: 'Nothing comes for the moment: muted, or the camera is covered' }),
  },
  { ...strict, $id: 'Producer', description: 'Something that somebody in the channel sends' },
);

export const Consumer = Type.Object(
  {
    id: MediaId,
    producer: MediaId,
    user: UserId,
    source: Source,
    kind: MediaKind,
    rtp_parameters: RtpParameters,
    paused: Type.Boolean({ description: 'By the receiver; video starts so, until `resume`' }),
    producer_paused: Type.Boolean(),
  },
  { ...strict, $id: 'Consumer', description: 'A producer as it is sent on to one receiver' },
);

export const Speaker = Type.Object(
  { user: UserId, level: Type.Integer({ minimum: -127, maximum: 0, description: 'dBov: 0 is the loudest' }) },
  { ...strict, $id: 'Speaker' },
);

const Formats = Type.Array(Type.String({ maxLength: 32 }), {
  maxItems: 16,
  description: 'Formats of pictures, such as `video/VP8`, that everybody inside can show, the preferred first',
  examples: [['video/VP8', 'video/VP9']],
});

const IceServer = Type.Object(
  {
    urls: Type.Array(Type.String()),
    username: Type.Optional(Type.String()),
    credential: Type.Optional(Type.String()),
  },
  strict,
);

export const Room = Type.Object(
  {
    state: VoiceState,
    rights: Permissions,
    rtp_capabilities: RtpCapabilities,
    send: VoiceTransport,
    receive: VoiceTransport,
    ice_servers: Type.Array(IceServer, { description: 'TURN, where there is some: the way where no other is open' }),
    producers: Type.Array(Producer),
    formats: Formats,
    bitrates: Type.Object(
      { audio: Type.Integer(), camera: Type.Integer(), screen: Type.Integer() },
      { ...strict, description: 'Bits per second that a sender should not go beyond' },
    ),
  },
  { ...strict, $id: 'Room', description: 'What somebody needs to take part' },
);

/** What a client asks for in a `voice` frame, and what it is answered with. [VOX-2] */
export const voiceMethods = {
  join: {
    d: Type.Object(
      {
        space: SpaceId,
        channel: ChannelId,
        muted: Type.Optional(Type.Boolean()),
        deafened: Type.Optional(Type.Boolean()),
        priority: Type.Optional(Type.Boolean()),
      },
      { ...strict, description: 'Go into a voice channel, or come back after `rejoin`' },
    ),
    ok: Room,
  },
  token: {
    d: Type.Object(
      { space: SpaceId, channel: ChannelId, key: KeyThumbprint },
      { ...strict, description: 'After `voice_elsewhere`: what opens a connection to the hub, once and soon' },
    ),
    ok: Type.Object({ url: VoiceUrl, token: VoiceToken, expires: Timestamp }, strict),
  },
  stream_token: {
    d: Type.Object(
      { space: SpaceId, channel: ChannelId },
      { ...strict, description: 'For a program that sends into the channel by WHIP' },
    ),
    ok: IssuedStreamToken,
  },
  watch_token: {
    d: Type.Object(
      { space: SpaceId, channel: ChannelId, user: Type.Optional(UserId) },
      { ...strict, description: 'For players that take by WHEP what `user`, or whoever streams, shows in the channel' },
    ),
    ok: IssuedStreamToken,
  },
  sync: {
    d: Nothing,
    ok: Type.Object(
      {
        state: VoiceState,
        rights: Permissions,
        producers: Type.Array(Producer),
        consumers: Type.Array(MediaId, { description: 'Those of the client that are still there' }),
        speakers: Type.Array(Speaker),
        formats: Formats,
      },
      strict,
    ),
  },
  connect: {
    d: Type.Object({ transport: MediaId, dtls_parameters: DtlsParameters }, strict),
    ok: Nothing,
  },
  restart_ice: {
    d: Type.Object({ transport: MediaId }, { ...strict, description: 'After a change of network' }),
    ok: Type.Object({ ice_parameters: IceParameters }, strict),
  },
  produce: {
    d: Type.Object(
      {
        kind: MediaKind,
        source: Source,
        rtp_parameters: RtpParameters,
        paused: Type.Optional(Type.Boolean()),
      },
      strict,
    ),
    ok: Type.Object({ producer: MediaId }, strict),
  },
  consume: {
    d: Type.Object(
      {
        producers: Type.Array(MediaId, { minItems: 1, maxItems: voiceLimits.idsPerRequest }),
        rtp_capabilities: Type.Optional(RtpCapabilities),
      },
      { ...strict, description: '`rtp_capabilities` with the first one after `join`; they are kept' },
    ),
    ok: Type.Object(
      {
        consumers: Type.Array(Consumer),
        refused: Type.Array(Type.Object({ producer: MediaId, code: Type.String() }, strict)),
      },
      strict,
    ),
  },
  pause: {
    d: Type.Object({ producers: Type.Optional(MediaIds), consumers: Type.Optional(MediaIds) }, strict),
    ok: Nothing,
  },
  resume: {
    d: Type.Object({ producers: Type.Optional(MediaIds), consumers: Type.Optional(MediaIds) }, strict),
    ok: Nothing,
  },
  layers: {
    d: Type.Object(
      {
        consumers: Type.Array(
          Type.Object(
            {
              consumer: MediaId,
              spatial: Layer,
              temporal: Type.Optional(Layer),
              priority: Type.Optional(Type.Integer({ minimum: 1, maximum: 255 })),
            },
            strict,
          ),
          { maxItems: voiceLimits.idsPerRequest },
        ),
      },
      { ...strict, description: 'The best that the receiver has a use for; congestion may give less' },
    ),
    ok: Nothing,
  },
  close: {
    d: Type.Object({ producers: Type.Optional(MediaIds), consumers: Type.Optional(MediaIds) }, strict),
    ok: Nothing,
  },
  set: {
    d: Type.Object(
      {
        muted: Type.Optional(Type.Boolean()),
        deafened: Type.Optional(Type.Boolean()),
        priority: Type.Optional(Type.Boolean({ description: 'Counts with `voice.priority` only' })),
      },
      strict,
    ),
    ok: Type.Object({ state: VoiceState }, strict),
  },
  leave: { d: Nothing, ok: Nothing },
  decline: {
    d: Type.Object({ space: SpaceId, call: CallId }, { ...strict, description: 'Not to take a call that rings' }),
    ok: Nothing,
  },
  moderate: {
    d: Type.Object(
      {
        space: SpaceId,
        user: UserId,
        muted: Type.Optional(Type.Boolean()),
        deafened: Type.Optional(Type.Boolean()),
      },
      { ...strict, description: 'Mute or deafen somebody else' },
    ),
    ok: Nothing,
  },
  move: {
    d: Type.Object({ space: SpaceId, user: UserId, channel: ChannelId }, strict),
    ok: Nothing,
  },
  disconnect: {
    d: Type.Object({ space: SpaceId, user: UserId }, strict),
    ok: Nothing,
  },
} as const satisfies Record<string, { d: TSchema; ok: TSchema }>;

const LeftReason = Type.Union([
  Type.Literal('disconnected'),
  Type.Literal('no_access'),
  Type.Literal('elsewhere'),
  Type.Literal('ended'),
]);

/** What a client in a channel is told between answers, in `voice_notice` frames. They are not counted. [VOX-4] */
export const voiceNotices = {
  producers: Type.Object({ added: Type.Array(Producer), removed: Type.Array(MediaId) }, strict),
  paused: Type.Object({ producer: MediaId, paused: Type.Boolean() }, strict),
  layers: Type.Object(
    { consumer: MediaId, spatial: Type.Union([Layer, Type.Null()]), temporal: Type.Union([Layer, Type.Null()]) },
    { ...strict, description: 'What is sent on now; `null` where nothing fits into what the receiver can take' },
  ),
  formats: Type.Object(
    { formats: Formats },
    { ...strict, description: 'Somebody came who knows other formats of pictures, or went' },
  ),
  speakers: Type.Object(
    { speakers: Type.Array(Speaker), active: Type.Union([UserId, Type.Null()]) },
    { ...strict, description: 'Who is heard, the loudest first, and who holds the floor' },
  ),
  rights: Type.Object({ rights: Permissions, state: VoiceState }, strict),
  rejoin: Type.Object(
    { space: SpaceId, channel: ChannelId },
    { ...strict, description: 'Transports, producers and consumers are gone: send `join` again' },
  ),
  moved: Type.Object(
    { space: SpaceId, channel: ChannelId },
    { ...strict, description: 'Somebody moved the user: send `join` for this channel' },
  ),
  left: Type.Object({ space: SpaceId, channel: ChannelId, reason: LeftReason }, strict),
} as const satisfies Record<string, TSchema>;

export type Source = Static<typeof Source>;
export type Producer = Static<typeof Producer>;
export type Consumer = Static<typeof Consumer>;
export type Speaker = Static<typeof Speaker>;
export type VoiceTransport = Static<typeof VoiceTransport>;
export type Room = Static<typeof Room>;
export type LeftReason = Static<typeof LeftReason>;
export type VoiceMethod = keyof typeof voiceMethods;
export type VoiceRequest<M extends VoiceMethod> = Static<(typeof voiceMethods)[M]['d']>;
export type VoiceAnswer<M extends VoiceMethod> = Static<(typeof voiceMethods)[M]['ok']>;
export type VoiceNoticeName = keyof typeof voiceNotices;
export type VoiceNotice<T extends VoiceNoticeName> = Static<(typeof voiceNotices)[T]>;
