import { hash } from 'node:crypto';
import { canonicalize } from './canonical-json.ts';
import { deriveId } from './ids.ts';
import type { PublicKey, SigningKey } from './keys.ts';
import { ProtocolError } from './protocol-error.ts';
import { takeRandomBytes } from './random-bytes.ts';
import type { Envelope, Payload } from './schemas.ts';
import { prefixed, signingBytes, verifyBytes } from './signing.ts';

export const MAX_ENVELOPE = 4 * 1024;
export const MAX_BODY = 64 * 1024;
export const MAX_LINE = 96 * 1024;

export type EventFields = Omit<Envelope, 'v' | 'pc' | 'kid' | 'sig'> & { payload: Payload<object, object> };

export type BuiltEvent = { envelope: Envelope; envelopeText: string; payloadText: string; hash: string };

/** 16 random bytes that make a commitment say nothing about what it commits to. */
export function newSalt(): string {
  return takeRandomBytes(16).toString('base64url');
}

export function commitmentOf(payloadText: string): string {
  return hash('sha256', payloadText, 'base64url');
}

export function spaceIdOf(genesisHash: string): `s_${string}` {
  return deriveId('s_', genesisHash);
}

/** Signs an event: each part is made canonical once. Throws ProtocolError where a part is too large or not canonical. */
export function buildEvent(fields: EventFields, key: SigningKey): BuiltEvent {
  const { payload, space, stream, epoch, seq, prev, ts, type, auth, ref } = fields;
  const payloadText = canonicalize(payload, { below: 1 });
  const pc = commitmentOf(payloadText);
  const kid = key.kid;
  // `sig` sorts between these two halves, so that the signed text is the unsigned one with it put in.
  const before = canonicalize({ auth, epoch, kid, pc, prev, ref, seq }).slice(0, -1);
  const after = canonicalize({ space, stream, ts, type, v: 1 }).slice(1);
  const bytes = prefixed('event', `${before},${after}`);
  const sig = key.sign(bytes).toString('base64url');
  const envelopeText = `${before},"sig":"${sig}",${after}`;
  requireSizes(envelopeText, payloadText, payload);
  const { payload: _, ...given } = fields;
  return {
    envelope: { v: 1, ...given, pc, kid, sig },
    envelopeText,
    payloadText,
    hash: hash('sha256', bytes, 'base64url'),
  };
}

/** The hash of the event when the signature is right, else undefined. */
export function verifyEnvelope(envelope: Envelope, key: PublicKey): string | undefined {
  const bytes = signingBytes('event', envelope);
  if (envelope.kid !== key.kid || !verifyBytes(bytes, envelope.sig, key)) return undefined;
  return hash('sha256', bytes, 'base64url');
}

/** The stored and transmitted form; null where the payload is erased or withheld [STR-1]. */
export function lineText(envelopeText: string, payloadText: string | null): string {
  return `{"ev":${envelopeText},"p":${payloadText ?? 'null'}}`;
}

/** [STR-5], counted in UTF-8 bytes of the canonical text. */
export function requireSizes(envelopeText: string, payloadText: string, payload: unknown): void {
  const envelopeSize = Buffer.byteLength(envelopeText);
  const payloadSize = Buffer.byteLength(payloadText);
  if (envelopeSize > MAX_ENVELOPE) throw new ProtocolError('envelope_too_large', `envelope of ${envelopeSize} bytes`);
  // A body is part of its payload, so only a payload above the cap of bodies can hold one that is too large.
  if (payloadSize > MAX_BODY) requireBodySize(payload);
  const lineSize = envelopeSize + payloadSize + LINE_FRAME;
  if (lineSize > MAX_LINE) throw new ProtocolError('line_too_large', `line of ${lineSize} bytes`);
}

const LINE_FRAME = lineText('', '').length;

function requireBodySize(payload: unknown): void {
  const body = (payload as Partial<Payload>).intent?.body;
  const size = body === undefined ? 0 : Buffer.byteLength(canonicalize(body));
  if (size > MAX_BODY) throw new ProtocolError('body_too_large', `body of ${size} bytes`);
}
