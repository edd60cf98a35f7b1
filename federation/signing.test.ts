import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { generateKeyPair } from './keys.ts';
import { type SigningContext, signObject, verifyObject } from './signing.ts';

const contexts: SigningContext[] = ['event', 'intent', 'keys', 'checkpoint', 'identity', 'move', 'invite'];
const key = generateKeyPair();
const object = fc.dictionary(fc.stringMatching(/^[a-h][a-z0-9_]{0,9}$/), fc.string(), { noNullPrototype: false });

test('[CAN-13] a signature of one context is refused in every other', () => {
  for (const made of contexts) {
    const signed = signObject(made, { v: 1 }, key);
    // A key document is signed without `sigs`, so a `sig` beside it would be part of what is signed.
    for (const asked of contexts.filter((context) => context !== 'keys')) {
      assert.equal(verifyObject(asked, signed, key.publicKey), asked === made, `${made} as ${asked}`);
    }
  }
});

test('[CAN-12] a signature covers every member but itself', () => {
  fc.assert(
    fc.property(object, fc.stringMatching(/^[a-h][a-z]{0,9}$/), (plain, added) => {
      const signed = signObject('intent', plain, key);
      assert.ok(verifyObject('intent', signed, key.publicKey));
      assert.ok(!verifyObject('intent', { ...signed, [added]: 1 }, key.publicKey));
    }),
    { numRuns: 200 },
  );
});

test('[CAN-19] a member called sigs is covered, too, outside of key documents', () => {
  const signed = signObject('event', { v: 1 }, key);
  assert.ok(!verifyObject('event', { ...signed, sigs: {} } as typeof signed, key.publicKey));
});

test('[CAN-17] an object that names another key is refused, though the signature is right', () => {
  const signed = signObject('event', { v: 1 }, key);
  assert.ok(!verifyObject('event', { ...signed, kid: generateKeyPair().kid }, key.publicKey));
});

test('[CAN-15] a changed bit of the signature is refused', () => {
  const signed = signObject('event', { v: 1 }, key);
  const bits = fc.integer({ min: 0, max: 511 });
  fc.assert(
    fc.property(bits, (bit) => {
      const bytes = Buffer.from(signed.sig, 'base64url');
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
      assert.ok(!verifyObject('event', { ...signed, sig: bytes.toString('base64url') }, key.publicKey));
    }),
  );
});
