import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock, systemClock } from './clock.ts';

test('a manual clock moves only when it is told to', () => {
  const clock = manualClock(1_000);
  assert.equal(clock.now(), 1_000);
  clock.advance(5);
  assert.equal(clock.now(), 1_005);
  clock.set(7);
  assert.equal(clock.now(), 7);
});

test('the system clock tells whole milliseconds', () => {
  assert.ok(Number.isInteger(systemClock.now()));
});
