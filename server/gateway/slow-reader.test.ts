import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock } from '../base/clock.ts';
import { quiet, startGateway, TestClient, type TestGateway } from './gateway-testing.ts';

const space = 's_one';
const text = 'x'.repeat(10_000);
/** For as long as these tests take: whoever reads later still gets to see why it was closed. */
const closeMs = 240_000;

function openSpace({ state }: TestGateway, ...users: string[]): void {
  state.spaces[space] = {
    owner: 'u_owner',
    roles: [],
    channels: {},
    members: Object.fromEntries(users.map((user) => [user, []])),
  };
}

const tell = (gateway: TestGateway, n: number) =>
  gateway.commit({
    type: 'message.create',
    space,
    shown: [{ audience: { to: 'space', space }, t: 'told', d: { n, text } }],
  });

test('a client that does not read is dropped and comes back without a loss; the others notice nothing', async () => {
  await using gateway = await startGateway({ limits: { closeMs } });
  openSpace(gateway, 'u_a', 'u_b');
  const [slow, quick] = [new TestClient(gateway.url), new TestClient(gateway.url)];
  const session = await slow.identifies('u_a');
  await quick.identifies('u_b');
  slow.socket.pause();
  // 20 MB: more than the kernel takes for a socket.
  let told = 0;
  for (; told < 2_000; told++) {
    await tell(gateway, told);
    if (told % 50 === 0) await quick.until(() => quick.events.length > told - 50);
  }
  await quick.until(() => quick.events.length === told);
  slow.socket.resume();
  assert.equal(await slow.closed, 4009);
  const had = slow.events.length;
  assert.ok(had > 0 && had < told);
  const back = new TestClient(gateway.url);
  await back.opens();
  back.send({ op: 'resume', token: 'u_a', session, seq: had });
  await back.until(() => back.events.length === told - had);
  assert.deepEqual(
    back.events.map(({ d }) => (d as { n: number }).n),
    Array.from({ length: told - had }, (_, index) => had + index),
  );
});

test('a client that stops reading a little is closed after a while', async () => {
  const dropped = Promise.withResolvers<void>();
  const clock = manualClock();
  await using gateway = await startGateway({
    clock,
    presence: { ...quiet, detached: () => dropped.resolve() },
    limits: { closeMs, stalledMs: 1_000, sweepMs: 50, sendQueueBytes: 100 * 1024 * 1024 },
  });
  openSpace(gateway, 'u_a', 'u_b');
  const [slow, quick] = [new TestClient(gateway.url), new TestClient(gateway.url)];
  const session = await slow.identifies('u_a');
  await quick.identifies('u_b');
  slow.socket.pause();
  for (let n = 0; n < 1_500; n++) {
    await tell(gateway, n);
    if (n % 50 === 0) await quick.until(() => quick.events.length > n - 50);
  }
  await quick.until(() => quick.events.length === 1_500);
  clock.advance(1_001);
  await dropped.promise;
  slow.socket.resume();
  assert.equal(await slow.closed, 4009);
  const had = slow.events.length;
  const back = new TestClient(gateway.url);
  await back.opens();
  back.send({ op: 'resume', token: 'u_a', session, seq: had });
  await back.until(() => back.events.length === 1_500 - had);
  assert.deepEqual(back.events[0]?.d, { n: had, text });
});

test('a client that reads late, but does, stays', async () => {
  await using gateway = await startGateway({
    limits: { sendQueueBytes: 100 * 1024 * 1024 },
  });
  openSpace(gateway, 'u_a');
  const slow = new TestClient(gateway.url);
  await slow.identifies('u_a');
  slow.socket.pause();
  for (let n = 0; n < 1_500; n++) await tell(gateway, n);
  slow.socket.resume();
  await slow.until(() => slow.events.length === 1_500);
  assert.deepEqual(
    slow.events.map(({ d }) => (d as { n: number }).n),
    Array.from({ length: 1_500 }, (_, index) => index),
  );
});
