import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../base/errors.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

test('[API-9] a cursor comes back as it was made', () => {
  assert.deepEqual(decodeCursor(encodeCursor([7, 'ä']), ['number', 'string']), [7, 'ä']);
  assert.equal(decodeCursor(undefined, ['number']), undefined);
});

test('[API-9] what a database would choke on is no cursor of this homeserver', () => {
  const texts = ['[1.5]', '[1e300]', '[-0.5]', '[null]', '["1"]', '[1,2]', '{}', '', '[9007199254740993]'];
  for (const text of texts) {
    assert.throws(() => decodeCursor(Buffer.from(text).toString('base64url'), ['number']), Refusal, text);
  }
  for (const text of ['a\0b', '\ud800']) assert.throws(() => decodeCursor(encodeCursor([text]), ['string']), Refusal);
});
