import { createHash, randomBytes } from 'node:crypto';
import nacl from 'tweetnacl';
import { base64url, canonical, jwkOf } from './puppet.ts';

export type Key = nacl.SignKeyPair;

/** A line that a puppet wrote, and its place. */
export interface PuppetLine {
  text: string;
  epoch: number;
  seq: number;
  hash: string;
}

/** What an event says beside its type and body. */
export interface EventFields {
  actor: PuppetUser;
  /** Absent in a genesis only. */
  space?: string | undefined;
  stream: string;
  type: string;
  body: object;
  hub?: object;
  ref?: string[];
  epoch: number;
  seq: number;
  prev?: string | undefined;
  auth?: string | undefined;
  ts: number;
  aud: string;
  /** A signed intent of another homeserver, put in as it came. */
  intent?: object;
  /** Members put over those of the intent that is made up. */
  intentFields?: object;
}

/** Somebody of a puppet homeserver. */
export class PuppetUser {
  readonly key = nacl.sign.keyPair();
  readonly handle: string;
  readonly home: string;
  n = 0;

  constructor(handle: string, home: string) {
    this.handle = handle;
    this.home = home;
  }

  get id(): string {
    const { kid: _, ...key } = jwkOf(this.key);
    return `u_${base32(sha256(`folkmoot/identity/1\n${canonical({ v: 1, key })}`), 32)}`;
  }

  get profile(): object {
    const { kid, ...key } = jwkOf(this.key);
    const { id: user, home, handle } = this;
    const identity = { v: 1, user, key, home, handle, serial: 1, ts: Date.now(), kid };
    return { identity: { ...identity, sig: signed('identity', identity, this.key) }, display_name: handle };
  }
}

/** An event as a hub signs it; `change` spoils what is signed, `payload` what is sent. */
export function writeLine(
  key: Key,
  fields: EventFields,
  spoil: { envelope?: object; payload?: (payload: object) => object | null; signature?: string } = {},
): PuppetLine {
  const { actor, space, stream, type, ref, epoch, seq, prev, auth, ts } = fields;
  const intent = fields.intent ?? intentOf(fields);
  const payload = { salt: base64url(randomBytes(16)), intent, ...(fields.hub ? { hub: fields.hub } : {}) };
  void actor;
  const unsigned = {
    v: 1,
    space,
    stream,
    epoch,
    seq,
    prev,
    ts,
    type,
    auth,
    ref,
    pc: base64url(sha256(canonical(payload))),
    kid: jwkOf(key).kid,
    ...spoil.envelope,
  };
  const hash = base64url(sha256(`folkmoot/event/1\n${canonical(unsigned)}`));
  const ev = { ...unsigned, sig: spoil.signature ?? signed('event', unsigned, key) };
  return { text: canonical({ ev, p: spoil.payload ? spoil.payload(payload) : payload }), epoch, seq, hash };
}

function intentOf({ actor, space, stream, type, body, ref, ts, aud, intentFields }: EventFields): object {
  actor.n += 1;
  return {
    v: 1,
    id: `i_${base32(randomBytes(20), 26)}`,
    aud,
    space,
    stream,
    type,
    actor: actor.id,
    home: actor.home,
    n: actor.n,
    ts,
    exp: ts + 3_600_000,
    ref,
    body,
    ...intentFields,
  };
}

/** The signature of an object in a context. */
export function signed(context: string, object: object, key: Key): string {
  return base64url(nacl.sign.detached(Buffer.from(`folkmoot/${context}/1\n${canonical(object)}`), key.secretKey));
}

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

export function base32(bytes: Uint8Array, length: number): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const digits = bits.match(/.{5}/g)?.slice(0, length) ?? [];
  return digits.map((digit) => 'abcdefghijklmnopqrstuvwxyz234567'[parseInt(digit, 2)]).join('');
}
