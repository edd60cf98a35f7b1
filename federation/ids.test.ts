import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { deriveId, randomId } from './ids.ts';

test('[CAN-20] the characters are the bits of the hash, most significant first', () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(bytes, (hash) => {
      let number = BigInt(`0x${Buffer.from(hash).toString('hex')}`) >> 96n;
      let expected = '';
      for (let i = 0; i < 32; i++, number >>= 5n)
        expected = 'abcdefghijklmnopqrstuvwxyz234567'[Number(number & 31n)] + expected;
      assert.equal(deriveId('s_', Buffer.from(hash).toString('base64url')), `s_${expected}`);
    }),
  );
});

test('a random id has its prefix, its length and every character of the alphabet', () => {
  const ids = Array.from({ length: 500 }, () => randomId('i_'));
  for (const id of ids) assert.match(id, /^i_[a-z2-7]{26}$/);
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(new Set(ids.map((id) => id.slice(2)).join('')).size, 32);
});
