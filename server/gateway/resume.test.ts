import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { startGateway, TestClient, type TestGateway } from './gateway-testing.ts';

const space = 's_one';

function openSpace({ state }: TestGateway, ...users: string[]): void {
  state.spaces[space] = {
    owner: 'u_owner',
    roles: [],
    channels: {},
    members: Object.fromEntries(users.map((user) => [user, []])),
  };
}

const event = (n: number, audience: 'space' | 'user') => ({
  type: 'message.create',
  space,
  shown: [
    {
      audience: audience === 'space' ? { to: 'space' as const, space } : { to: 'user' as const, user: 'u_a' },
      t: 'told',
      d: { n, text: 'x'.repeat(n % 200) },
    },
  ],
});

/** The n-th event has number n: a client that loses its socket knows what it has. */
async function resume(gateway: TestGateway, session: string, seq: number, token = 'u_a'): Promise<TestClient> {
  const client = new TestClient(gateway.url);
  await client.opens();
  client.send({ op: 'resume', token, session, seq });
  await client.until(() => client.frames.length > 1);
  return client;
}

const numbers = (client: TestClient) => client.events.map(({ d }) => (d as { n: number }).n);

const step = fc.oneof(
  fc.record({
    do: fc.constant('tell' as const),
    count: fc.integer({ min: 1, max: 40 }),
    to: fc.constantFrom('space' as const, 'user' as const),
    batch: fc.boolean(),
  }),
  fc.record({ do: fc.constant('lose' as const), seen: fc.nat({ max: 40 }) }),
  fc.record({ do: fc.constant('beat' as const) }),
);

test('wherever the connection breaks, nothing is missed and nothing comes twice', async () => {
  await using gateway = await startGateway();
  openSpace(gateway, 'u_a', 'u_b');
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      let client = new TestClient(gateway.url);
      const session = await client.identifies('u_a');
      const seen: number[] = [];
      let told = 0;
      let acknowledged = 0;
      for (const current of steps) {
        if (current.do === 'tell') {
          const deeds = Array.from({ length: current.count }, () => event(++told, current.to));
          if (current.batch) await gateway.commit(...deeds);
          else await Promise.all(deeds.map((deed) => gateway.commit(deed)));
        } else if (current.do === 'lose') {
          // It forgets what it got last, but nothing that it has acknowledged.
          seen.push(...numbers(client).slice(0, Math.max(current.seen, acknowledged - seen.length)));
          client.socket.terminate();
          // Some of it is told while nobody is there.
          await gateway.commit(event(++told, 'space'), event(++told, 'user'));
          client = await resume(gateway, session, seen.length);
        } else {
          acknowledged = seen.length + client.events.length;
          client.send({ op: 'heartbeat', seq: acknowledged });
        }
      }
      await client.until(() => seen.length + client.events.length >= told);
      seen.push(...numbers(client));
      assert.deepEqual(
        seen,
        Array.from({ length: told }, (_, index) => index + 1),
      );
      client.socket.close(1000);
      await client.closed;
    }),
    { numRuns: 60 },
  );
});

test('a session of somebody else, of another login or of nobody looks the same', async () => {
  await using gateway = await startGateway();
  openSpace(gateway, 'u_a', 'u_b');
  const client = new TestClient(gateway.url);
  const session = await client.identifies('u_a');
  await gateway.commit(event(1, 'user'));
  const stolen = await resume(gateway, session, 0, 'u_b');
  const unknown = await resume(gateway, `g_${'a'.repeat(26)}`, 0, 'u_b');
  assert.deepEqual(stolen.frames, unknown.frames);
  assert.equal(stolen.frames.at(-1)?.op, 'invalid_session');
  const without = new TestClient(gateway.url);
  await without.opens();
  without.send({ op: 'resume', session, seq: 0 });
  assert.equal(await without.closed, 4004);
  // The one that was asked for goes on, and the thief may only begin anew.
  await gateway.commit(event(2, 'user'));
  await client.until(() => client.events.length === 2);
  stolen.send({ op: 'identify', token: 'u_b' });
  await stolen.sees('ready');
  assert.equal(stolen.events.length, 0);
});

test('a second socket takes over, and the first is told so', async () => {
  await using gateway = await startGateway();
  openSpace(gateway, 'u_a');
  const first = new TestClient(gateway.url);
  const session = await first.identifies('u_a');
  await gateway.commit(event(1, 'space'));
  const second = await resume(gateway, session, 0);
  assert.equal(await first.closed, 4011);
  await gateway.commit(event(2, 'space'));
  await second.until(() => second.events.length === 2);
  assert.deepEqual(numbers(second), [1, 2]);
});

test('what was acknowledged or is too long ago cannot be asked for again', async () => {
  await using gateway = await startGateway({ limits: { replayFrames: 10 } });
  openSpace(gateway, 'u_a');
  const first = new TestClient(gateway.url);
  const session = await first.identifies('u_a');
  await gateway.commit(event(1, 'space'));
  await first.until(() => first.events.length === 1);
  first.send({ op: 'heartbeat', seq: 1 });
  await first.sees('heartbeat_ack');
  const again = await resume(gateway, session, 0);
  assert.equal(again.frames.at(-1)?.op, 'invalid_session');

  const second = new TestClient(gateway.url);
  const other = await second.identifies('u_a');
  second.socket.terminate();
  await second.closed;
  for (let n = 1; n <= 30; n++) await gateway.commit(event(n, 'space'));
  assert.equal((await resume(gateway, other, 0)).frames.at(-1)?.op, 'invalid_session');
});

test('a count from the future ends the session', async () => {
  await using gateway = await startGateway();
  openSpace(gateway, 'u_a');
  const first = new TestClient(gateway.url);
  const session = await first.identifies('u_a');
  const second = new TestClient(gateway.url);
  await second.opens();
  second.send({ op: 'resume', token: 'u_a', session, seq: 5 });
  assert.equal(await second.closed, 4007);
  assert.equal(await first.closed, 4007);
});

test('a session without a socket is given up after a while, and with too many others', async () => {
  await using gateway = await startGateway({ limits: { detachedMs: 50, sweepMs: 10, detachedPerUser: 2 } });
  openSpace(gateway, 'u_a');
  for (let n = 0; n < 4; n++) {
    const client = new TestClient(gateway.url);
    await client.identifies('u_a');
    client.socket.terminate();
  }
  const watcher = new TestClient(gateway.url);
  await watcher.identifies('u_b');
  while (gateway.gateway.size.sessions > 1) await new Promise((resolve) => setImmediate(resolve));
});
