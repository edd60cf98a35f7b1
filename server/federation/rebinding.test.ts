import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionAttempts, names } from '../testing/connection-attempts.ts';
import { liveTo } from '../testing/live-to.ts';
import { createGuardedClient } from './guarded-client.ts';

// Nobody is behind it: it is given back before anything is said.
const [vetted, forbidden] = ['8.8.8.8', '127.0.0.1'];
const asking = { method: 'GET', maxBytes: 1_000, timeoutMs: 200 } as const;
const url = new URL('https://b.example/');

test('[FED-6] a name that leads elsewhere a moment later is connected to where it was looked at (F45)', async (t) => {
  const attempts = connectionAttempts(t);
  for (const answers of [
    [[vetted], [forbidden]],
    [[vetted, forbidden], [forbidden]],
    [[forbidden, vetted], [forbidden]],
    [[vetted, '::1', '::ffff:127.0.0.1'], [forbidden]],
  ]) {
    const service = names(...answers);
    await using guarded = await createGuardedClient({ privateAddresses: false, lookup: service.lookup });
    await assert.rejects(guarded.request({ ...asking, url }));
    assert.equal(service.asked(), 1);
    await assert.rejects(guarded.request({ ...asking, url }));
  }
  assert.deepEqual(new Set(attempts), new Set([vetted]));
});

test('[FED-6] once it leads to this machine it is not connected to any more (F45)', async (t) => {
  const attempts = connectionAttempts(t);
  const service = names([vetted], [forbidden]);
  await using guarded = await createGuardedClient({ privateAddresses: false, lookup: service.lookup });
  await assert.rejects(guarded.request({ ...asking, url }));
  await assert.rejects(guarded.request({ ...asking, timeoutMs: 60_000, url }), { code: 'address_refused' });
  assert.deepEqual([attempts, service.asked()], [[vetted], 2]);
});

test('[FED-6] a live connection goes where it was looked at too (F45)', async (t) => {
  const attempts = connectionAttempts(t);
  const service = names([vetted, forbidden], [forbidden]);
  const guard = { privateAddresses: false, lookup: service.lookup };
  const first = liveTo('https://b.example/federation/v1', guard);
  await assert.rejects(liveTo('https://b.example/federation/v1', guard), { code: 'address_refused' });
  first.then(
    (socket) => socket.terminate(),
    () => undefined,
  );
  assert.deepEqual([attempts, service.asked()], [[vetted], 2]);
});
