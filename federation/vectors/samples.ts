import { createHash } from 'node:crypto';
import { canonicalize } from '../canonical-json.ts';
import { type BuiltEvent, buildEvent, type EventFields, lineText } from '../envelope.ts';
import { deriveId } from '../ids.ts';
import { type PublicKey, type SigningKey, signingKeyFromSeed } from '../keys.ts';
import type { Envelope, Intent, Payload } from '../schemas.ts';
import { type SigningContext, signObject } from '../signing.ts';

// Everything in the vectors is derived from labels, so that making them again gives the same bytes.

export const START = 1_790_000_000_000;
export const HUB = 'hub.example';
export const HOME = 'home.example';

export function bytesOf(label: string): Buffer {
  return createHash('sha256').update(`folkmoot test: ${label}`).digest();
}

/** The seed is the SHA-256 of `folkmoot test: <label>`. */
export function keyNamed(label: string): SigningKey {
  return signingKeyFromSeed(bytesOf(label));
}

export function idNamed<P extends string>(prefix: P, label: string, length = 26): `${P}${string}` {
  return deriveId(prefix, bytesOf(label).toString('base64url'), length);
}

export function saltNamed(label: string): string {
  return bytesOf(label).subarray(0, 16).toString('base64url');
}

export function keyBook(
  ...known: [server: string, key: SigningKey][]
): (server: string, kid: string) => PublicKey | undefined {
  return (server, kid) => known.find(([name, key]) => name === server && key.kid === kid)?.[1].publicKey;
}

/** An envelope signed as it is given, sound or not, with whatever payload beside it. */
export function seal(envelope: object, payload: unknown, key: SigningKey, context: SigningContext = 'event'): string {
  return lineText(canonicalize(signObject(context, envelope, key)), payload === null ? null : canonicalize(payload));
}

/** The envelope before its signature. */
export function unsealed(envelope: Envelope): Omit<Envelope, 'kid' | 'sig'> {
  const { kid: _kid, sig: _sig, ...rest } = envelope;
  return rest;
}

export type Sample = BuiltEvent & { line: string; payload: Payload };

export function sampleEvent(
  fields: Omit<EventFields, 'payload'>,
  intent: Intent,
  key: SigningKey,
  hub?: Payload['hub'],
): Sample {
  const payload = { salt: saltNamed(`salt of ${intent.id}`), intent, ...(hub && { hub }) };
  const built = buildEvent({ ...fields, payload }, key);
  return { ...built, payload, line: lineText(built.envelopeText, built.payloadText) };
}
