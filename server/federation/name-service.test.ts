import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionAttempts } from '../testing/connection-attempts.ts';
import { fakeNameService } from '../testing/fake-name-service.ts';
import { createGuardedClient } from './guarded-client.ts';
import { nameService } from './name-service.ts';

test('[KEY-12] names for which nobody answers keep no other name from being found', async (t) => {
  const attempts = connectionAttempts(t);
  const names = await fakeNameService(new Map([['good.example', '127.0.0.1']]));
  t.after(() => names.close());
  await using guarded = await createGuardedClient({ privateAddresses: false, lookup: nameService([names.server]) });
  const done: string[] = [];
  const ask = async (host: string) => {
    const asking = { method: 'GET', url: new URL(`https://${host}/`), maxBytes: 1_000, timeoutMs: 60_000 } as const;
    const code = await guarded.request(asking).catch((error: { code: string }) => error.code);
    done.push(host);
    return code;
  };
  const silent = Array.from({ length: 20 }, (_, n) => ask(`s${n}.example`));
  while (names.asked.size < 20) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(await ask('good.example'), 'address_refused');
  assert.deepEqual(done, ['good.example']);
  assert.deepEqual(new Set(await Promise.all(silent)), new Set(['unreachable']));
  assert.deepEqual(attempts, []);
});

test('what the name service knows is found, of either kind', async (t) => {
  const names = await fakeNameService(new Map([['good.example', '8.8.8.8']]));
  t.after(() => names.close());
  const lookup = nameService([names.server]);
  const found = await new Promise((resolve, reject) => {
    lookup('good.example', { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });
  assert.deepEqual(found, [{ address: '8.8.8.8', family: 4 }]);
  const first = await new Promise((resolve) => lookup('good.example', {}, (_, ...of) => resolve(of)));
  assert.deepEqual(first, ['8.8.8.8', 4]);
});
