import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chaos } from './chaos.ts';

/** The short form; `npm run chaos` is the long one. */
test('[REP-1] after kills, cuts and delays every stream is equal everywhere and every promised message is there once', async (t) => {
  const seed = Number(process.env['FOLKMOOT_TEST_SEED'] ?? Math.floor(Math.random() * 1_000_000));
  t.diagnostic(`FOLKMOOT_TEST_SEED=${seed}`);
  const report = await chaos({ seed, seconds: 12, note: () => undefined });
  assert.ok(report.messages > 0, 'nobody wrote anything');
});
