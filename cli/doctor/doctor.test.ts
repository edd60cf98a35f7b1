import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, open, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { person } from '@folkmoot/server/testing/people.ts';
import { startHomeserver } from '@folkmoot/server/testing/start-homeserver.ts';
import { type Home, homeOf } from '../testing/home.ts';
import type { Finding } from './finding.ts';

async function examined(home: Home, environment: Record<string, string> = {}) {
  const ran = await home.folkmoot(['doctor', '--json'], { environment });
  const { ok, checks } = ran.json<{ ok: boolean; checks: Finding[] }>();
  assert.equal(ran.code, ok ? 0 : 1);
  const statusOf = (name: string) =>
    checks
      .filter((check) => check.name === name)
      .map(({ status }) => status)
      .join();
  return { ok, checks, statusOf };
}

test('a homeserver that runs is well, also through its public URL', async (t) => {
  const home = homeOf(t, await startHomeserver());
  await person(home.url, 'alice');
  await home.folkmoot(['user', 'grant-admin', 'alice']);
  const { checks } = await examined(home);
  assert.deepEqual(
    checks.filter(({ status }) => status !== 'ok'),
    [],
  );
  for (const name of ['database', 'keys', 'high-water mark', 'address', 'public URL', 'WebSocket']) {
    assert.ok(
      checks.some((check) => check.name === name),
      name,
    );
  }
});

test('what is wrong with a stopped one is named, with what to do', async (t) => {
  const home = homeOf(t, await startHomeserver());
  const alice = await person(home.url, 'alice');
  await alice.founds('Garden');
  await home.stop();
  assert.equal((await examined(home)).ok, true);

  await chmod(join(home.data, 'master.key'), 0o644);
  assert.equal((await examined(home)).statusOf('data folder'), 'fail');
  await chmod(join(home.data, 'master.key'), 0o600);

  const another = Buffer.alloc(32, 7).toString('base64url');
  const { checks, statusOf } = await examined(home, { FOLKMOOT_MASTER_KEY: another });
  assert.equal(statusOf('keys'), 'fail');
  assert.ok(checks.every(({ status, advice }) => status !== 'fail' || advice !== undefined));

  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  assert.equal((await examined(home, { FOLKMOOT_LISTEN: `127.0.0.1:${port}` })).statusOf('address'), 'fail');

  assert.equal((await examined(home, { FOLKMOOT_SERVER_NAME: 'home.example' })).statusOf('registration'), 'warn');
  assert.equal((await examined(home, { FOLKMOOT_REGISTRATION: 'perhaps' })).statusOf('settings'), 'fail');
});

test('a damaged database and an old copy are found', async (t) => {
  const home = homeOf(t, await startHomeserver());
  const alice = await person(home.url, 'alice');
  const space = await alice.founds('Garden');
  await home.stop();
  const { createHash } = await import('node:crypto');
  const pos = 1_000;
  const check = createHash('sha256').update(`folkmoot high-water mark ${pos}`).digest('hex').slice(0, 32);
  await writeFile(join(home.data, 'high-water-mark'), `${`${pos} ${check}`.padEnd(127)}\n`);
  assert.equal((await examined(home)).statusOf('high-water mark'), 'fail');
  await rm(join(home.data, 'high-water-mark'));
  assert.equal((await examined(home)).statusOf('high-water mark'), 'skip');

  // The pages after the first, which holds the schema, become nonsense.
  const file = await open(join(home.data, 'folkmoot.db'), 'r+');
  await file.write(Buffer.alloc(4_096 * 8, 0xa5), 0, 4_096 * 8, 4_096 * 4);
  await file.close();
  const { checks } = await examined(home);
  assert.ok(
    checks.some(({ name, status }) => name === 'database' && status === 'fail'),
    space.id,
  );
});

test('before the first start it says what is still to come', async (t) => {
  const started = await startHomeserver();
  const home = homeOf(t, started);
  const { ok, statusOf } = await examined(home, {
    FOLKMOOT_DATA: join(started.folder, 'new'),
    FOLKMOOT_LISTEN: '127.0.0.1:0',
  });
  assert.deepEqual([ok, statusOf('data folder'), statusOf('database')], [true, 'warn', 'skip']);
});
