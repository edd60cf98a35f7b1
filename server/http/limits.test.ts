import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namedLimits } from './limits.ts';

test('[ACC-2] one address alone cannot make so many guesses that the owner of an account is kept out', () => {
  const { login, account } = namedLimits;
  const window = account.burst / account.rate;
  assert.ok(login.burst + login.rate * window < account.burst);
});
