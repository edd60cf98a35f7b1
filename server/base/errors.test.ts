import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from './errors.ts';

test('a refusal has the status and text of the catalogue and keeps its details and cause', () => {
  const cause = new Error('disk');
  const refusal = new Refusal('storage_full', { retry: 5 }, { cause });
  assert.equal(refusal.status, 507);
  assert.match(refusal.message, /full/);
  assert.deepEqual(refusal.details, { retry: 5 });
  assert.equal(refusal.cause, cause);
});
