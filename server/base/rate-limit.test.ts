import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock } from './clock.ts';
import { createRateLimiter } from './rate-limit.ts';

const limits = { send: { rate: 2, burst: 4 }, login: { rate: 0.1, burst: 1 } };

test('a burst is granted, then so many a second', () => {
  const clock = manualClock();
  const limiter = createRateLimiter(limits, clock);
  for (const remaining of [3, 2, 1, 0]) assert.equal(limiter.take('send', 'ann').remaining, remaining);
  const refused = limiter.take('send', 'ann');
  assert.deepEqual(refused, { ok: false, limit: 4, remaining: 0, reset_ms: 2_000, retry_ms: 500 });
  clock.advance(499);
  assert.equal(limiter.take('send', 'ann').ok, false);
  clock.advance(1);
  assert.equal(limiter.take('send', 'ann').ok, true);
  assert.equal(limiter.take('send', 'ann').ok, false);
  clock.advance(60_000);
  assert.equal(limiter.take('send', 'ann').remaining, 3);
});

test('people and limits do not share', () => {
  const limiter = createRateLimiter(limits, manualClock());
  assert.equal(limiter.take('login', 'ann').ok, true);
  assert.equal(limiter.take('login', 'ann').ok, false);
  assert.equal(limiter.take('login', 'ben').ok, true);
  assert.equal(limiter.take('send', 'ann').ok, true);
});

test('a dear thing takes more, and is refused without taking', () => {
  const limiter = createRateLimiter(limits, manualClock());
  assert.equal(limiter.take('send', 'ann', 3).remaining, 1);
  assert.deepEqual(limiter.take('send', 'ann', 3).retry_ms, 1_000);
  assert.equal(limiter.take('send', 'ann', 1).ok, true);
});

test('a clock that is set back takes nothing away', () => {
  const clock = manualClock();
  const limiter = createRateLimiter(limits, clock);
  limiter.take('send', 'ann');
  clock.advance(-3_600_000);
  assert.equal(limiter.take('send', 'ann').remaining, 2);
});

test('memory is bounded, and who is active is remembered', () => {
  const limiter = createRateLimiter(limits, manualClock(), 100);
  let granted = 0;
  for (let i = 0; i < 1_000; i++) {
    limiter.take('login', `visitor ${i}`);
    if (limiter.take('login', 'ann').ok) granted++;
  }
  assert.equal(granted, 1);
  assert.equal(limiter.take('login', 'visitor 999').ok, false);
  assert.equal(limiter.take('login', 'visitor 1').ok, true);
});
