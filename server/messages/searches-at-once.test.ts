import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../base/errors.ts';
import { SearchesAtOnce } from './searches-at-once.ts';

test('[SRCH-7] somebody with many searches under way is refused one more, and nobody else is', async () => {
  const searches = new SearchesAtOnce();
  const { promise, resolve } = Promise.withResolvers<void>();
  const slow = Array.from({ length: 20 }, () => searches.run('one', () => promise));
  for (const one of await Promise.allSettled(slow.slice(4)))
    assert.ok(one.status === 'rejected' && one.reason instanceof Refusal && one.reason.code === 'busy');
  assert.equal(await searches.run('other', async () => 'found'), 'found');
  resolve();
  await Promise.all(slow.slice(0, 4));
  assert.equal(await searches.run('one', async () => 'found'), 'found');
  await assert.rejects(
    searches.run('one', () => Promise.reject(new Error('it broke'))),
    /it broke/,
  );
  assert.equal(await searches.run('one', async () => 'found'), 'found');
});
