import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock } from '../base/clock.ts';
import { everyone, startGateway, TestClient, type TestGateway } from './gateway-testing.ts';

const space = 's_one';
const channel = 'c_one';

function openSpace({ state }: TestGateway, ...users: string[]): void {
  const members = Object.fromEntries(users.map((user) => [user, []]));
  state.spaces[space] = { owner: 'u_owner', roles: [everyone('channel.view')], channels: { [channel]: [] }, members };
}

const message = (text: string) => ({
  type: 'message.create',
  space,
  stream: channel,
  shown: [{ audience: { to: 'channel' as const, space, channel }, t: 'message.created', d: { text } }],
});

test('members see what is said, in order and once', async () => {
  await using gateway = await startGateway();
  openSpace(gateway, 'u_a', 'u_b');
  const [a, b, stranger] = [new TestClient(gateway.url), new TestClient(gateway.url), new TestClient(gateway.url)];
  await Promise.all([a.identifies('u_a'), b.identifies('u_b'), stranger.identifies('u_c')]);
  await gateway.commit(message('1'), message('2'));
  await gateway.commit(message('3'));
  for (const client of [a, b]) {
    await client.until(() => client.events.length === 3);
    assert.deepEqual(
      client.events.map(({ d }) => d),
      [{ text: '1' }, { text: '2' }, { text: '3' }],
    );
  }
  gateway.signals.send({ audience: { to: 'user', user: 'u_c' }, t: 'sentinel', d: {} });
  await stranger.seesEvent('sentinel');
  assert.equal(stranger.events.length, 1);
});

test('a message is for those who see its channel, a permission for those who have it', async () => {
  await using gateway = await startGateway();
  openSpace(gateway, 'u_owner', 'u_a');
  gateway.state.spaces[space]!.channels['c_hidden'] = [{ target: 'everyone', allow: [], deny: ['channel.view'] }];
  const [owner, a] = [new TestClient(gateway.url), new TestClient(gateway.url)];
  await Promise.all([owner.identifies('u_owner'), a.identifies('u_a')]);
  gateway.signals.send({ audience: { to: 'channel', space, channel: 'c_hidden' }, t: 'hidden', d: {} });
  gateway.signals.send({ audience: { to: 'permission', space, permission: 'audit.view' }, t: 'audit', d: {} });
  gateway.signals.send({ audience: { to: 'space', space }, t: 'sentinel', d: {} });
  for (const client of [owner, a]) await client.seesEvent('sentinel');
  assert.deepEqual(
    owner.events.map(({ t }) => t),
    ['hidden', 'audit', 'sentinel'],
  );
  assert.deepEqual(
    a.events.map(({ t }) => t),
    ['sentinel'],
  );
});

test('what is in the opening state is not told again', async () => {
  await using gateway = await startGateway();
  openSpace(gateway, 'u_a');
  // Committed, but not told yet when the client is opened.
  gateway.state.pos = 2;
  const client = new TestClient(gateway.url);
  await client.identifies('u_a');
  gateway.state.pos = 0;
  await gateway.commit(message('1'), message('2'), message('3'));
  await client.seesEvent('message.created');
  assert.deepEqual(
    client.events.map(({ d }) => d),
    [{ text: '3' }],
  );
});

test('a wrong token, silence and a session that ended are told apart by the close code', async () => {
  const clock = manualClock();
  await using gateway = await startGateway({ clock, limits: { identifyMs: 400, heartbeatMs: 200, sweepMs: 20 } });
  openSpace(gateway, 'u_a');
  const [wrong, silent, early, twice, dead] = Array.from({ length: 5 }, () => new TestClient(gateway.url)) as [
    TestClient,
    TestClient,
    TestClient,
    TestClient,
    TestClient,
  ];
  await Promise.all([wrong, silent, early, twice, dead].map((client) => client.opens()));
  early.send({ op: 'heartbeat', seq: 0 });
  wrong.send({ op: 'identify', token: 'nobody' });
  twice.send({ op: 'identify', token: 'u_a' });
  twice.send({ op: 'identify', token: 'u_a' });
  await dead.identifies('u_a');
  assert.equal(await early.closed, 4003);
  assert.equal(await wrong.closed, 4004);
  assert.equal(await twice.closed, 4005);
  clock.advance(400);
  assert.equal(await silent.closed, 4010);
  clock.advance(101);
  assert.equal(await dead.closed, 4010);
});

test('a session that ends takes its sockets and its replay with it', async () => {
  await using gateway = await startGateway();
  openSpace(gateway, 'u_a');
  const [open, lost] = [new TestClient(gateway.url), new TestClient(gateway.url)];
  await open.identifies('u_a');
  const session = await lost.identifies('u_a');
  lost.socket.terminate();
  await lost.closed;
  gateway.signals.endSession('x_a');
  assert.equal(await open.closed, 4004);
  const back = new TestClient(gateway.url);
  await back.opens();
  back.send({ op: 'resume', token: 'u_a', session, seq: 0 });
  await back.sees('invalid_session');
  assert.equal(gateway.gateway.size.sessions, 0);
});

test('a session that ends while its client is being looked up never opens', async () => {
  const asked = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<{ user: string; session: string }>();
  const authenticate = () => {
    asked.resolve();
    return answered.promise;
  };
  await using gateway = await startGateway({ ports: { authenticate } as never });
  const client = new TestClient(gateway.url);
  await client.opens();
  client.send({ op: 'identify', token: 'u_a' });
  await asked.promise;
  gateway.signals.endUser('u_a');
  answered.resolve({ user: 'u_a', session: 'x_a' });
  assert.equal(await client.closed, 4004);
});

test('a count that cannot be ends the session', async () => {
  await using gateway = await startGateway();
  openSpace(gateway, 'u_a');
  const client = new TestClient(gateway.url);
  await client.identifies('u_a');
  client.send({ op: 'heartbeat', seq: 0 });
  await client.sees('heartbeat_ack');
  client.send({ op: 'heartbeat', seq: 1 });
  assert.equal(await client.closed, 4007);
});

test('a homeserver that stops tells everybody when to come back', async () => {
  await using gateway = await startGateway();
  openSpace(gateway, 'u_a', 'u_b');
  const clients = [new TestClient(gateway.url), new TestClient(gateway.url)];
  await Promise.all(clients.map((client, index) => client.identifies(`u_${'ab'[index]}`)));
  await gateway.commit(message('last words'));
  await gateway.gateway.drain();
  for (const client of clients) {
    assert.equal(await client.closed, 1012);
    assert.deepEqual(
      client.frames.slice(-2).map(({ op }) => op),
      ['event', 'reconnect'],
    );
  }
});

test('nobody makes the homeserver read opening states without end', async () => {
  await using gateway = await startGateway({ rateLimits: true, limits: { identifiesPerMinute: 3 } });
  openSpace(gateway, 'u_a', 'u_b');
  const connect = async (user: string) => {
    const client = new TestClient(gateway.url);
    await client.opens();
    client.send({ op: 'identify', token: user });
    await client.until(() => client.frames.length > 1).catch(() => undefined);
    return client;
  };
  for (let i = 0; i < 3; i++) assert.equal((await connect('u_a')).frames[1]?.op, 'ready');
  assert.equal(await (await connect('u_a')).closed, 4008);
  assert.equal((await connect('u_b')).frames[1]?.op, 'ready');
});
