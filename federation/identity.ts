import { deriveId } from './ids.ts';
import { importPublicKey, type PublicJwk, type SigningKey } from './keys.ts';
import { ProtocolError } from './protocol-error.ts';
import { IdentityDocument } from './schemas.ts';
import { shapeOf } from './shape.ts';
import { hashOf, signObject, verifyObject } from './signing.ts';

const requireShape: (value: unknown) => asserts value is IdentityDocument = shapeOf(
  IdentityDocument,
  'an identity document',
);

export type IdentityFields = Pick<IdentityDocument, 'home' | 'handle' | 'bot' | 'serial' | 'ts'>;

/** [CAN-21]. The id outlives every home and handle, because it is made of the key alone. */
export function userIdOf(key: PublicJwk): `u_${string}` {
  return deriveId('u_', hashOf('identity', { v: 1, key }));
}

/** A higher `serial` replaces an earlier document; `ts` in ms. */
export function buildIdentity(fields: IdentityFields, key: SigningKey): IdentityDocument {
  const { publicJwk } = key;
  return signObject('identity', { v: 1, user: userIdOf(publicJwk), key: publicJwk, ...fields }, key);
}

/** Throws `malformed`, `unsupported_version`, `bad_key` or `bad_signature`. The serial is for the caller to compare. */
export function requireIdentity(value: unknown): IdentityDocument {
  requireShape(value);
  const key = importPublicKey(value.key);
  if (value.user !== userIdOf(key.jwk)) throw new ProtocolError('bad_key', 'the user id is not made of this key');
  if (!verifyObject('identity', value, key))
    throw new ProtocolError('bad_signature', 'not signed by the key of the user');
  return value;
}
