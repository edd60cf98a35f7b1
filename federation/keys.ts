import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { decodeBase64url } from './base64url.ts';
import { ProtocolError } from './protocol-error.ts';

/** An ed25519 public key as RFC 8037 writes it. */
export type PublicJwk = { crv: 'Ed25519'; kty: 'OKP'; x: string };

/** Imported once, then used for every check. */
export interface PublicKey {
  readonly kid: string;
  readonly jwk: PublicJwk;
  readonly keyObject: KeyObject;
  /** node refuses S ≥ L by itself [CAN-15]. */
  verify(bytes: Uint8Array, signature: Uint8Array): boolean;
}

export interface SigningKey {
  readonly kid: string;
  readonly publicJwk: PublicJwk;
  readonly publicKey: PublicKey;
  sign(bytes: Uint8Array): Buffer;
  /** The 32-byte seed, to be sealed before it is stored. */
  exportSecret(): Buffer;
}

const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const P = 2n ** 255n - 19n;

/**
 * Points of order 1, 2, 4 and 8, and the two encodings of x = 0 with its sign bit set. Under such a key a constant signature
 * verifies every message, or one in 2, 4 or 8, and no library refuses them. `isReduced` refuses encodings with y ≥ p.
 */
const REFUSED_POINTS = new Set([
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  '0100000000000000000000000000000000000000000000000000000000000080',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
]);

export function generateKeyPair(): SigningKey {
  return signingKeyOf(generateKeyPairSync('ed25519').privateKey);
}

export function signingKeyFromSeed(seed: Uint8Array): SigningKey {
  if (seed.length !== 32) throw new RangeError('an ed25519 seed has 32 bytes');
  return signingKeyOf(createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' }));
}

/** Refuses with `bad_key` what is not ed25519, not strict base64url, of small order or not canonical [CAN-16]. */
export function importPublicKey(jwk: { readonly [member: string]: unknown }): PublicKey {
  const { kty, crv, x } = jwk;
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string')
    throw new ProtocolError('bad_key', 'not an ed25519 key');
  const point = decodeBase64url(x, 32);
  if (!point) throw new ProtocolError('bad_key', 'x is not base64url of 32 bytes');
  if (REFUSED_POINTS.has(point.toString('hex'))) throw new ProtocolError('bad_key', 'point of small order');
  if (!isReduced(point)) throw new ProtocolError('bad_key', 'point not canonical');
  const own: PublicJwk = { crv: 'Ed25519', kty: 'OKP', x };
  const keyObject = createPublicKey({ key: own, format: 'jwk' });
  const holds = (bytes: Uint8Array, signature: Uint8Array) => verify(null, bytes, keyObject, signature);
  return { kid: thumbprint(own), jwk: own, keyObject, verify: holds };
}

/** RFC 7638. */
export function thumbprint(jwk: PublicJwk): string {
  return hash('sha256', `{"crv":"Ed25519","kty":"OKP","x":"${jwk.x}"}`, 'base64url');
}

function isReduced(point: Buffer): boolean {
  const y = Buffer.from(point).reverse();
  y[0] = (y[0] as number) & 0x7f;
  return BigInt(`0x${y.toString('hex')}`) < P;
}

function signingKeyOf(privateKey: KeyObject): SigningKey {
  const keyObject = createPublicKey(privateKey);
  const publicKey = importPublicKey({ ...keyObject.export({ format: 'jwk' }) });
  return {
    kid: publicKey.kid,
    publicJwk: publicKey.jwk,
    publicKey,
    sign: (bytes) => sign(null, bytes, privateKey),
    exportSecret: () => privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(PKCS8_HEAD.length),
  };
}
