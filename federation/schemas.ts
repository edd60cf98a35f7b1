import {
  ChannelId,
  Handle,
  IntentId,
  Position,
  ServerName,
  SpaceId,
  Timestamp,
  UserId,
} from '@folkmoot/protocol-spec/schemas/ids.ts';
import { type Static, Type } from 'typebox';

// Members that are not named here are kept, and the signatures cover them [CAN-19].

/** 32 bytes; the last character has two spare bits, which are zero. */
export const Hash = Type.String({ pattern: '^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$' });
export const Signature = Type.String({ pattern: '^[A-Za-z0-9_-]{85}[AQgw]$' });
export const Salt = Type.String({ pattern: '^[A-Za-z0-9_-]{21}[AQgw]$' });
export const StreamId = Type.Union([Type.Literal('_'), ChannelId]);
export const EventType = Type.String({ maxLength: 64, pattern: '^[a-z][a-z0-9_]*(\\.[a-z0-9][a-z0-9_-]*)+$' });
const Epoch = Type.Integer({ minimum: 1, maximum: 999_999_999 });
const Seq = Type.Integer({ minimum: 0, maximum: 999_999_999_999_999 });
/** An object that has its own schema elsewhere, or none. */
const Members = Type.Record(Type.String(), Type.Unknown());
const Refs = Type.Array(Position, { maxItems: 1_000 });

export const PublicJwk = Type.Object(
  { crv: Type.Literal('Ed25519'), kty: Type.Literal('OKP'), x: Hash },
  { additionalProperties: false },
);

/** The head of a stream as somebody knows it. */
export const Cursor = Type.Object({ epoch: Epoch, seq: Seq, hash: Hash });
export type Cursor = Static<typeof Cursor>;

/** What the hub signs about an event: everything but the personal part, which `pc` commits to [STR-3]. */
export const Envelope = Type.Object({
  v: Type.Literal(1),
  space: Type.Optional(SpaceId),
  stream: StreamId,
  epoch: Epoch,
  seq: Seq,
  prev: Type.Optional(Hash),
  ts: Timestamp,
  type: EventType,
  auth: Type.Optional(Position),
  ref: Type.Optional(Refs),
  pc: Hash,
  kid: Hash,
  sig: Signature,
});
export type Envelope = Static<typeof Envelope>;

/** What the actor asked for [STR-8]. `kid` and `sig` are absent only where the actor's home is the hub itself. */
export const Intent = Type.Object({
  v: Type.Literal(1),
  id: IntentId,
  aud: ServerName,
  space: Type.Optional(SpaceId),
  stream: StreamId,
  type: EventType,
  actor: UserId,
  home: ServerName,
  n: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  ts: Timestamp,
  exp: Timestamp,
  ref: Type.Optional(Refs),
  seen: Type.Optional(Cursor),
  body: Members,
  kid: Type.Optional(Hash),
  sig: Type.Optional(Signature),
});
export type Intent<Body extends object = Record<string, unknown>> = Omit<Static<typeof Intent>, 'body'> & {
  body: Body;
};

/** The part of an event that can be erased, as one piece. `hub` is what the hub adds. */
export const Payload = Type.Object({ salt: Salt, intent: Intent, hub: Type.Optional(Members) });
export type Payload<Body extends object = Record<string, unknown>, Hub extends object = Record<string, unknown>> = {
  salt: string;
  intent: Intent<Body>;
  hub?: Hub;
};

/** An event that this reader may not see; it only carries the chain on. */
export const HiddenLine = Type.Object({ hid: Cursor }, { additionalProperties: false });

/** Where a user lives, signed by the user's own key. */
export const IdentityDocument = Type.Object({
  v: Type.Literal(1),
  user: UserId,
  key: PublicJwk,
  home: ServerName,
  handle: Handle,
  bot: Type.Optional(Type.Literal(true)),
  serial: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  ts: Timestamp,
  kid: Hash,
  sig: Signature,
});
export type IdentityDocument = Static<typeof IdentityDocument>;

/** JWKS-shaped: a JWK may carry members that are not ours. */
const PublishedKey = Type.Object({ crv: Type.Literal('Ed25519'), kty: Type.Literal('OKP'), x: Hash, kid: Hash });
const RetiredKey = Type.Object({ ...PublishedKey.properties, revoked: Type.Optional(Timestamp) });

export const KeyDocument = Type.Object({
  v: Type.Literal(1),
  server: ServerName,
  api: Type.String({ maxLength: 2_000 }),
  serial: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  valid_until: Timestamp,
  keys: Type.Array(PublishedKey, { minItems: 1, maxItems: 16 }),
  old: Type.Array(RetiredKey, { maxItems: 64 }),
  root: Type.Object({ x: Hash, kid: Hash }),
  versions: Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1, maxItems: 32 }),
  features: Type.Array(Type.String({ maxLength: 100 }), { maxItems: 100 }),
  contact: Type.Optional(Type.String({ maxLength: 1_000 })),
  sigs: Type.Record(Type.String(), Signature),
});
export type KeyDocument = Static<typeof KeyDocument>;
