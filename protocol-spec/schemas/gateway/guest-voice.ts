import { type Static, Type } from 'typebox';
import { StreamTokenId, Timestamp } from '../ids.ts';

const strict = { additionalProperties: false } as const;
const base64url = (length: number) => Type.String({ pattern: `^[A-Za-z0-9_-]{${length}}$` });

/** RFC 7638, SHA-256. */
export const KeyThumbprint = Type.String({
  pattern: '^[A-Za-z0-9_-]{43}$',
  description: 'JWK thumbprint (RFC 7638, SHA-256) of the key that the client made for this connection',
  examples: ['oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U'],
});
export const VoiceToken = Type.String({
  maxLength: 2_048,
  pattern: '^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*$',
  examples: ['eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1XyJ9.c2ln'],
});
export const VoiceUrl = Type.String({
  maxLength: 512,
  pattern: '^wss://[^\\s?#]+$',
  description: 'WebSocket of the hub',
  examples: ['wss://hub.example/voice'],
});

/** For a program that streams: what it is told once, and where it goes with it. [VOX-19] */
export const IssuedStreamToken = Type.Object(
  {
    id: StreamTokenId,
    url: Type.String({ maxLength: 512, examples: ['https://home.example/voice/whip'] }),
    token: Type.String({ pattern: '^fm_w_[A-Za-z0-9_-]{43}$', examples: [`fm_w_${'A'.repeat(43)}`] }),
    expires: Timestamp,
  },
  strict,
);

/** An ECDSA key on P-256, which every browser can make and keep to itself. */
export const VoiceKey = Type.Object(
  { kty: Type.Literal('EC'), crv: Type.Literal('P-256'), x: base64url(43), y: base64url(43) },
  strict,
);
export type VoiceKey = Static<typeof VoiceKey>;

/** What the key signs (ES256): a connection of now, and the token that opens it. [VOX-15] */
export const proofText = (challenge: string, token: string): string => `folkmoot-voice\n${challenge}\n${token}`;

/** The first frame of each side on the WebSocket of a hub. */
export const GuestHello = Type.Object({ op: Type.Literal('hello'), challenge: base64url(43) }, strict);
export type GuestHello = Static<typeof GuestHello>;
export const GuestEnter = Type.Object(
  { op: Type.Literal('enter'), token: VoiceToken, key: VoiceKey, proof: base64url(86) },
  strict,
);
export type GuestEnter = Static<typeof GuestEnter>;

/** Why a hub closes the connection of a guest. */
export const guestCloseCodes = {
  bad_frame: 4002,
  token_refused: 4004,
  too_fast: 4008,
  too_slow: 4009,
  silent: 4010,
  replaced: 4011,
  home_gone: 4012,
  restart: 1012,
} as const;
export type GuestCloseName = keyof typeof guestCloseCodes;

export const guestLimits = {
  /** From the upgrade to `enter`. */
  enterMs: 10_000,
  tokenSeconds: 60,
  /** For how long guests stay whose homeserver is not connected. */
  homeMs: 60_000,
  /** How often a hub says again who is in voice. */
  refreshMs: 40_000,
  /** For how long that holds. */
  statesMs: 120_000,
} as const;
