import { hash } from 'node:crypto';
import { decodeBase64url } from './base64url.ts';
import { canonicalize, type KeyRule } from './canonical-json.ts';
import type { PublicKey, SigningKey } from './keys.ts';

/** What a signature is for; one made for a context is refused in every other [CAN-13]. */
export type SigningContext = 'event' | 'intent' | 'keys' | 'checkpoint' | 'identity' | 'move' | 'invite';

export type Signed<T> = T & { kid: string; sig: string };

/** `folkmoot/<context>/1`, LF, the canonical object without `sig`; key documents are without `sigs` instead [CAN-12]. */
export function signingBytes(context: SigningContext, object: object, options?: { keys?: KeyRule }): Buffer {
  const unsigned = context === 'keys' ? { ...object, sigs: undefined } : { ...object, sig: undefined };
  return prefixed(context, canonicalize(unsigned, options));
}

/** For a text that is canonical already and carries no `sig`. */
export function prefixed(context: SigningContext, canonicalText: string): Buffer {
  return Buffer.from(`folkmoot/${context}/1\n${canonicalText}`);
}

/** SHA-256 of the signing bytes, base64url: the signature stands outside, so changing it changes no hash. */
export function hashOf(context: SigningContext, object: object): string {
  return hash('sha256', signingBytes(context, object), 'base64url');
}

export function signObject<T extends object>(context: SigningContext, object: T, key: SigningKey): Signed<T> {
  const unsigned = { ...object, kid: key.kid };
  return { ...unsigned, sig: key.sign(signingBytes(context, unsigned)).toString('base64url') };
}

export function verifyObject(
  context: SigningContext,
  object: { kid?: unknown; sig?: unknown },
  key: PublicKey,
): boolean {
  return object.kid === key.kid && verifyBytes(signingBytes(context, object), object.sig, key);
}

/** Strict about the signature's text too [CAN-15]. */
export function verifyBytes(bytes: Uint8Array, sig: unknown, key: PublicKey): boolean {
  const signature = typeof sig === 'string' ? decodeBase64url(sig, 64) : undefined;
  return signature !== undefined && key.verify(bytes, signature);
}
