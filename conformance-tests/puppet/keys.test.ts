import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import nacl from 'tweetnacl';
import { base64url, type Key, newKey, signBytes, verifies } from './keys.ts';

const pairs: [string, () => Key][] = [
  ['made here', newKey],
  ['made by tweetnacl', () => nacl.sign.keyPair()],
];

for (const [name, make] of pairs)
  test(`[CAN-12] puppets sign as tweetnacl does, with keys that were ${name}`, () => {
    for (let length = 0; length < 100; length += 9) {
      const [key, bytes] = [make(), randomBytes(length)];
      const signature = signBytes(bytes, key);
      assert.deepEqual(signature, Buffer.from(nacl.sign.detached(bytes, key.secretKey)));
      assert.ok(nacl.sign.detached.verify(bytes, signature, key.publicKey));
      assert.ok(verifies(bytes, signature, base64url(key.publicKey)));
      assert.ok(!verifies(bytes, signature, base64url(make().publicKey)));
      assert.ok(!verifies(Buffer.concat([bytes, Buffer.from('a')]), signature, base64url(key.publicKey)));
    }
  });
