import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countOf, durationOf } from './duration.ts';

test('lengths of time', () => {
  assert.deepEqual(['90m', '12h', '7d', '2w', 'never'].map(durationOf), [
    5_400_000,
    43_200_000,
    604_800_000,
    1_209_600_000,
    null,
  ]);
  for (const wrong of ['', '7', 'd', '0d', '-1d', '1.5h', '7 d', '7y']) assert.throws(() => durationOf(wrong), wrong);
});

test('counts', () => {
  assert.equal(countOf('12'), 12);
  for (const wrong of ['', '0', '-1', '1.5', '1e3', 'x']) assert.throws(() => countOf(wrong), wrong);
});
