import { type Static, Type } from 'typebox';

// Media as ORTC describes it (https://draft.ortc.org), with ORTC's own names: what an RTCPeerConnection says in SDP, as JSON.
// Members that are not listed are allowed and not looked at.

const Uint32 = Type.Integer({ minimum: 0, maximum: 0xffff_ffff });
const Word = Type.String({ maxLength: 64 });
const PayloadType = Type.Integer({ minimum: 0, maximum: 127 });
const CodecParameters = Type.Record(
  Type.String({ maxLength: 64 }),
  Type.Union([Type.String({ maxLength: 256 }), Type.Number(), Type.Boolean(), Type.Null()]),
  { maxProperties: 32 },
);
const RtcpFeedback = Type.Array(Type.Object({ type: Word, parameter: Type.Optional(Word) }), { maxItems: 16 });

export const MediaKind = Type.Union([Type.Literal('audio'), Type.Literal('video')]);

const codec = {
  mimeType: Type.String({ maxLength: 64, pattern: '^(audio|video)/[A-Za-z0-9.-]+$' }),
  clockRate: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  channels: Type.Optional(Type.Integer({ minimum: 1, maximum: 8 })),
  parameters: Type.Optional(CodecParameters),
  rtcpFeedback: Type.Optional(RtcpFeedback),
};

const opus = { mimeType: 'audio/opus', clockRate: 48_000, channels: 2 };
const capabilitiesExample = { codecs: [{ kind: 'audio', ...opus, preferredPayloadType: 100 }], headerExtensions: [] };
const parametersExample = {
  codecs: [{ ...opus, payloadType: 100, parameters: { useinbandfec: 1, usedtx: 1 } }],
  encodings: [{ ssrc: 723_498_712 }],
  rtcp: { cname: 'ada' },
};
const fingerprintExample = Array.from({ length: 32 }, (_, byte) =>
  byte.toString(16).padStart(2, '0').toUpperCase(),
).join(':');

export const RtpCapabilities = Type.Object(
  {
    codecs: Type.Array(Type.Object({ kind: MediaKind, preferredPayloadType: Type.Optional(PayloadType), ...codec }), {
      maxItems: 64,
    }),
    headerExtensions: Type.Optional(
      Type.Array(
        Type.Object({
          kind: MediaKind,
          uri: Type.String({ maxLength: 128 }),
          preferredId: Type.Integer({ minimum: 1, maximum: 255 }),
          preferredEncrypt: Type.Optional(Type.Boolean()),
          direction: Type.Optional(Word),
        }),
        { maxItems: 64 },
      ),
    ),
  },
  { $id: 'RtpCapabilities', description: 'What one side can receive', examples: [capabilitiesExample] },
);

export const RtpParameters = Type.Object(
  {
    mid: Type.Optional(Type.String({ maxLength: 32 })),
    msid: Type.Optional(Type.String({ maxLength: 256 })),
    codecs: Type.Array(Type.Object({ payloadType: PayloadType, ...codec }), { minItems: 1, maxItems: 16 }),
    headerExtensions: Type.Optional(
      Type.Array(
        Type.Object({
          uri: Type.String({ maxLength: 128 }),
          id: Type.Integer({ minimum: 1, maximum: 255 }),
          encrypt: Type.Optional(Type.Boolean()),
          parameters: Type.Optional(CodecParameters),
        }),
        { maxItems: 32 },
      ),
    ),
    encodings: Type.Array(
      Type.Object({
        ssrc: Type.Optional(Uint32),
        rid: Type.Optional(Type.String({ maxLength: 32 })),
        codecPayloadType: Type.Optional(PayloadType),
        rtx: Type.Optional(Type.Object({ ssrc: Uint32 })),
        dtx: Type.Optional(Type.Boolean()),
        scalabilityMode: Type.Optional(Type.String({ maxLength: 16 })),
        maxBitrate: Type.Optional(Uint32),
      }),
      { minItems: 1, maxItems: 8 },
    ),
    rtcp: Type.Optional(
      Type.Object({
        cname: Type.Optional(Type.String({ maxLength: 128 })),
        reducedSize: Type.Optional(Type.Boolean()),
      }),
    ),
  },
  { $id: 'RtpParameters', description: 'One stream of media as it is sent', examples: [parametersExample] },
);

export const DtlsParameters = Type.Object(
  {
    role: Type.Optional(Type.Union([Type.Literal('auto'), Type.Literal('client'), Type.Literal('server')])),
    fingerprints: Type.Array(
      Type.Object({
        algorithm: Type.Enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']),
        value: Type.String({ maxLength: 256, pattern: '^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2})+$' }),
      }),
      { minItems: 1, maxItems: 8 },
    ),
  },
  {
    $id: 'DtlsParameters',
    examples: [{ role: 'client', fingerprints: [{ algorithm: 'sha-256', value: fingerprintExample }] }],
  },
);

export const IceParameters = Type.Object(
  { usernameFragment: Type.String(), password: Type.String(), iceLite: Type.Optional(Type.Boolean()) },
  { $id: 'IceParameters' },
);

export const IceCandidate = Type.Object(
  {
    foundation: Type.String(),
    priority: Type.Integer(),
    address: Type.String(),
    ip: Type.String({ description: 'The same as `address`, for older clients' }),
    protocol: Type.Union([Type.Literal('udp'), Type.Literal('tcp')]),
    port: Type.Integer(),
    type: Type.Literal('host'),
    tcpType: Type.Optional(Type.Literal('passive')),
  },
  { $id: 'IceCandidate' },
);

export type MediaKind = Static<typeof MediaKind>;
export type RtpCapabilities = Static<typeof RtpCapabilities>;
export type RtpParameters = Static<typeof RtpParameters>;
export type DtlsParameters = Static<typeof DtlsParameters>;
export type IceParameters = Static<typeof IceParameters>;
export type IceCandidate = Static<typeof IceCandidate>;
