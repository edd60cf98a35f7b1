import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delayAfter } from './backoff.ts';

const backoff = { first: 1_000, longest: 60_000 };

test('a wait doubles with each failure and ends at the longest', () => {
  const cases = [
    [0, 0, 1_000],
    [1, 0, 1_000],
    [2, 0, 2_000],
    [3, 0, 4_000],
    [3, 1, 5_000],
    [6, 0, 32_000],
    [7, 0, 60_000],
    [7, 1, 60_000],
    [1e9, 0.5, 60_000],
  ] as const;
  for (const [failures, random, delay] of cases) assert.equal(delayAfter(failures, backoff, random), delay);
});

test('chance only makes a wait longer, by a quarter at most', () => {
  for (let random = 0; random <= 1; random += 0.1) {
    const delay = delayAfter(4, backoff, random);
    assert.ok(delay >= 8_000 && delay <= 10_000, String(delay));
  }
});
