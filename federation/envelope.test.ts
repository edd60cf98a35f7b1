import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalize } from './canonical-json.ts';
import {
  buildEvent,
  type EventFields,
  lineText,
  MAX_BODY,
  MAX_ENVELOPE,
  MAX_LINE,
  newSalt,
  verifyEnvelope,
} from './envelope.ts';
import { randomId } from './ids.ts';
import { buildIntent } from './intent.ts';
import { generateKeyPair } from './keys.ts';
import { ProtocolError } from './protocol-error.ts';
import { signingBytes } from './signing.ts';

const key = generateKeyPair();
const space = randomId('s_', 32);
const stream = randomId('c_');
const prev = 'A'.repeat(43);

function fieldsWith(body: Record<string, unknown>, extra: Partial<EventFields> = {}): EventFields {
  const type = 'message.create';
  const intent = buildIntent({
    aud: 'a.example',
    space,
    stream,
    type,
    actor: randomId('u_', 32),
    home: 'a.example',
    n: 1,
    ts: 1,
    body,
  });
  return {
    space,
    stream,
    epoch: 1,
    seq: 7,
    prev,
    ts: 2,
    type,
    auth: '1.3',
    payload: { salt: newSalt(), intent },
    ...extra,
  };
}

test('[STR-1] the texts of a built event are the canonical texts of its parts', () => {
  const anyFields = fc.record({ text: fc.string({ unit: 'grapheme' }), n: fc.nat() });
  fc.assert(
    fc.property(anyFields, fc.nat(), (body, seq) => {
      const fields = fieldsWith(body, { seq, ref: ['1.2'] });
      const { envelope, envelopeText, payloadText, hash } = buildEvent(fields, key);
      assert.equal(envelopeText, canonicalize(envelope));
      assert.equal(payloadText, canonicalize(fields.payload));
      assert.equal(lineText(envelopeText, payloadText), canonicalize({ ev: envelope, p: fields.payload }));
      assert.equal(hash, createHash('sha256').update(signingBytes('event', envelope)).digest('base64url'));
      assert.equal(verifyEnvelope(envelope, key.publicKey), hash);
    }),
    { numRuns: 200 },
  );
});

test('[STR-6] the hash does not depend on the signature', () => {
  const fields = fieldsWith({});
  const [one, other] = [buildEvent(fields, key), buildEvent({ ...fields, ts: 3 }, key)];
  assert.equal(verifyEnvelope({ ...one.envelope, sig: other.envelope.sig }, key.publicKey), undefined);
  assert.notEqual(one.hash, other.hash);
});

test('[STR-3] nothing of the actor or the body stands in the envelope', () => {
  const fields = fieldsWith({ text: 'a secret' });
  const { envelopeText } = buildEvent(fields, key);
  assert.ok(!envelopeText.includes('secret') && !envelopeText.includes(fields.payload.intent.actor));
});

test('[STR-4] two events with the same content have different commitments', () => {
  const { payload, ...fields } = fieldsWith({});
  const salted = () => buildEvent({ ...fields, payload: { ...payload, salt: newSalt() } }, key);
  assert.notEqual(salted().envelope.pc, salted().envelope.pc);
});

test('[STR-5] a body of exactly 64 KiB passes, one byte more does not, counted in UTF-8', () => {
  const frame = Buffer.byteLength(canonicalize({ text: '' }));
  const full = `${'😀'.repeat((MAX_BODY - frame) >> 2)}${'a'.repeat((MAX_BODY - frame) % 4)}`;
  assert.equal(Buffer.byteLength(canonicalize({ text: full })), MAX_BODY);
  assert.ok(buildEvent(fieldsWith({ text: full }), key));
  assert.throws(() => buildEvent(fieldsWith({ text: `${full}a` }), key), refusal('body_too_large'));
});

test('[STR-5] an envelope of exactly 4 KiB passes, one byte more does not', () => {
  const sizeOf = (ref: string[]) => Buffer.byteLength(buildEvent(fieldsWith({}, { ref }), key).envelopeText);
  const many = Array.from({ length: 300 }, (_, i) => `1.${i + 1000}`);
  const missing = MAX_ENVELOPE - sizeOf(many);
  const wide = many.map((position, i) => (i < Math.floor(missing / 9) ? `${position}${'0'.repeat(9)}` : position));
  wide[299] += '0'.repeat(missing % 9);
  assert.equal(sizeOf(wide), MAX_ENVELOPE);
  wide[298] += '0';
  assert.throws(() => sizeOf(wide), refusal('envelope_too_large'));
});

test('[STR-5] a line of exactly 96 KiB passes, one byte more does not', () => {
  const withHub = (text: string) => {
    const { payload, ...fields } = fieldsWith({ text: 'a'.repeat(60_000) });
    const built = buildEvent({ ...fields, payload: { ...payload, hub: { text } } }, key);
    return Buffer.byteLength(lineText(built.envelopeText, built.payloadText));
  };
  const missing = MAX_LINE - withHub('');
  assert.equal(withHub('a'.repeat(missing)), MAX_LINE);
  assert.throws(() => withHub('a'.repeat(missing + 1)), refusal('line_too_large'));
});

test('[CAN-7] a body that is too deep for its line is not signed', () => {
  const nested = (levels: number): object => (levels === 1 ? {} : { a: nested(levels - 1) });
  assert.ok(buildEvent(fieldsWith({ a: nested(12) }), key));
  assert.throws(() => buildEvent(fieldsWith({ a: nested(13) }), key), refusal('too_deep'));
});

function refusal(code: string) {
  return (error: unknown) => error instanceof ProtocolError && error.code === code;
}
