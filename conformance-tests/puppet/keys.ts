import { createHash, randomBytes } from 'node:crypto';
import nacl from 'tweetnacl';

// Everything here is written apart from any homeserver: another library signs, and this is another canonical text.

export type Key = nacl.SignKeyPair;

export const newKey = (): Key => nacl.sign.keyPair();

export const keyOfSeed = (seed: Uint8Array): Key => nacl.sign.keyPair.fromSeed(new Uint8Array(seed));

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** RFC 8785 for what the protocol knows: no fractions, and keys of ASCII. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`;
}

export function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

/** The first `length` characters, five bits each. */
export function base32(bytes: Uint8Array, length: number): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return Array.from({ length }, (_, at) => ALPHABET[Number.parseInt(bits.slice(at * 5, at * 5 + 5), 2)]).join('');
}

export function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

export function randomId(prefix: string): string {
  return prefix + base32(randomBytes(20), 26);
}

/** [CAN-17] */
export function jwkOf({ publicKey }: Pick<Key, 'publicKey'>) {
  const x = base64url(publicKey);
  return { crv: 'Ed25519', kty: 'OKP', x, kid: base64url(sha256(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`)) };
}

/** Without its id, as genesis and identity documents have it. */
export function bareJwkOf(key: Pick<Key, 'publicKey'>) {
  const { kid: _, ...jwk } = jwkOf(key);
  return jwk;
}

const signingBytes = (context: string, object: object) => Buffer.from(`folkmoot/${context}/1\n${canonical(object)}`);

/** The signature of an object that has none yet. [CAN-12] */
export function signatureOf(context: string, object: object, key: Key): string {
  return base64url(nacl.sign.detached(signingBytes(context, object), key.secretKey));
}

/** The object with `kid` and `sig`. */
export function signed<T extends object>(context: string, object: T, key: Key): T & { kid: string; sig: string } {
  const unsigned = { ...object, kid: jwkOf(key).kid };
  return { ...unsigned, sig: signatureOf(context, unsigned, key) };
}

/** [CAN-14] */
export function hashOf(context: string, object: object): string {
  return base64url(sha256(signingBytes(context, object)));
}

export function isSignedBy(context: string, { sig, ...object }: { sig: string }, x: string): boolean {
  return verifies(signingBytes(context, object), Buffer.from(sig, 'base64url'), x);
}

export function verifies(bytes: Uint8Array, signature: Uint8Array, x: string): boolean {
  return signature.length === 64 && nacl.sign.detached.verify(bytes, signature, Buffer.from(x, 'base64url'));
}

export function signBytes(bytes: Uint8Array, key: Key): Buffer {
  return Buffer.from(nacl.sign.detached(bytes, key.secretKey));
}
