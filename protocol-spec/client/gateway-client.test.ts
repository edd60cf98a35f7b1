import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { GatewayEvent } from '../schemas/gateway/events.ts';
import { createGatewayClient, type GatewayClientOptions, gatewayUrl } from './gateway-client.ts';

/** Stands in for a WebSocket: the test plays the homeserver. */
class PuppetSocket extends EventTarget {
  static sockets: PuppetSocket[] = [];
  readonly OPEN = 1;
  readyState = 1;
  sent: unknown[] = [];
  closedWith: number | undefined;
  constructor() {
    super();
    PuppetSocket.sockets.push(this);
  }
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close(code: number) {
    this.closedWith = code;
    this.readyState = 3;
  }
  says(...frames: unknown[]) {
    for (const frame of frames) {
      this.dispatchEvent(
        new MessageEvent('message', { data: typeof frame === 'string' ? frame : JSON.stringify(frame) }),
      );
    }
  }
  ends(code: number) {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event('close'), { code }));
  }
}

const hello = { op: 'hello', heartbeat: 30_000 };
const session = `g_${'a'.repeat(26)}`;
const ready = { op: 'ready', session, login: `x_${'a'.repeat(26)}`, d: { account: {}, spaces: [] } };
const event = (n: number) => ({ op: 'event', t: 'message.created', d: { n } });

function connect(t: TestContext, options: Partial<GatewayClientOptions> = {}) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  PuppetSocket.sockets = [];
  const seen: string[] = [];
  const client = createGatewayClient({
    url: 'ws://home.example/gateway',
    token: () => 'fm_s_1',
    onReady: () => seen.push('opening state'),
    onEvent: (told: GatewayEvent) => seen.push(`event ${(told.d as unknown as { n: number }).n}`),
    onState: (state, { code, retryIn }) =>
      seen.push([state, code, retryIn].filter((part) => part !== undefined).join(' ')),
    WebSocket: PuppetSocket as unknown as typeof WebSocket,
    random: () => 0.5,
    ...options,
  });
  t.after(() => client.close());
  return { client, seen, socket: () => PuppetSocket.sockets.at(-1)!, sockets: PuppetSocket.sockets };
}

test('it identifies after hello and passes on state and events', (t) => {
  const { seen, socket } = connect(t);
  socket().says(hello);
  assert.deepEqual(socket().sent, [{ op: 'identify', token: 'fm_s_1' }]);
  socket().says(ready, event(1), event(2));
  assert.deepEqual(seen, ['opening state', 'ready', 'event 1', 'event 2']);
});

test('in cookie mode no token is in the frames', (t) => {
  const { socket } = connect(t, { token: () => undefined });
  socket().says(hello);
  assert.deepEqual(socket().sent, [{ op: 'identify' }]);
});

test('heartbeats carry the count of event frames, the first at a random time', (t) => {
  const { socket } = connect(t);
  socket().says(hello, ready, event(1), event(2), event(3));
  t.mock.timers.tick(14_999);
  assert.equal(socket().sent.length, 1);
  t.mock.timers.tick(1);
  assert.deepEqual(socket().sent.at(-1), { op: 'heartbeat', seq: 3 });
  socket().says({ op: 'heartbeat_ack' });
  t.mock.timers.tick(30_000);
  assert.equal(socket().sent.length, 3);
});

test('after a lost connection it resumes with the count and misses nothing', (t) => {
  const { seen, socket, sockets } = connect(t);
  socket().says(hello, ready, event(1), event(2));
  socket().ends(4009);
  assert.equal(seen.at(-1), 'reconnecting 4009 375');
  t.mock.timers.tick(375);
  assert.equal(sockets.length, 2);
  socket().says(hello);
  assert.deepEqual(socket().sent, [{ op: 'resume', token: 'fm_s_1', session, seq: 2 }]);
  socket().says({ op: 'resumed', replayed: 1 }, event(3));
  socket().ends(1006);
  t.mock.timers.tick(750);
  socket().says(hello);
  assert.deepEqual(socket().sent, [{ op: 'resume', token: 'fm_s_1', session, seq: 3 }]);
});

test('a session that cannot be resumed is opened anew, on the same socket', (t) => {
  const { seen, socket } = connect(t);
  socket().says(hello, ready, event(1));
  socket().ends(1006);
  t.mock.timers.tick(375);
  socket().says(hello, { op: 'invalid_session' });
  assert.deepEqual(socket().sent.at(-1), { op: 'identify', token: 'fm_s_1' });
  socket().says(ready, event(1));
  assert.deepEqual(seen.slice(-3), ['opening state', 'ready', 'event 1']);
  socket().ends(1006);
  t.mock.timers.tick(1_000);
  socket().says(hello);
  assert.equal((socket().sent[0] as { seq: number }).seq, 1);
});

test('after a close code without resume it identifies', (t) => {
  const { socket } = connect(t);
  socket().says(hello, ready);
  socket().ends(4007);
  t.mock.timers.tick(375);
  socket().says(hello);
  assert.deepEqual(socket().sent, [{ op: 'identify', token: 'fm_s_1' }]);
});

test('a connection that answers no heartbeat counts as dead', (t) => {
  const { seen, socket, sockets } = connect(t);
  socket().says(hello, ready);
  t.mock.timers.tick(15_000);
  t.mock.timers.tick(9_999);
  assert.equal(seen.at(-1), 'ready');
  t.mock.timers.tick(1);
  assert.equal(seen.at(-1), 'reconnecting 1006 375');
  assert.equal(sockets[0]!.closedWith, 4100);
});

test('a homeserver that does not say hello is tried again, later each time', (t) => {
  const { seen } = connect(t);
  const waits = [375, 750, 1_500, 3_000, 6_000, 12_000, 22_500, 22_500];
  for (const wait of waits) {
    t.mock.timers.tick(10_000);
    assert.equal(seen.at(-1), `reconnecting 1006 ${wait}`);
    t.mock.timers.tick(wait);
  }
});

test('waking up probes the connection, or connects at once', (t) => {
  const { client, seen, socket, sockets } = connect(t);
  socket().says(hello, ready);
  client.wake();
  assert.deepEqual(socket().sent.at(-1), { op: 'heartbeat', seq: 0 });
  t.mock.timers.tick(10_000);
  assert.equal(seen.at(-1), 'reconnecting 1006 375');
  client.wake();
  assert.equal(sockets.length, 2);
  t.mock.timers.tick(375);
  assert.equal(sockets.length, 2);
});

test('asked to reconnect, it comes back after the time it was given', (t) => {
  const { socket, sockets } = connect(t);
  socket().says(hello, ready, { op: 'reconnect', after: 4_000 });
  assert.equal(sockets[0]!.closedWith, 4100);
  t.mock.timers.tick(3_999);
  assert.equal(sockets.length, 1);
  t.mock.timers.tick(1);
  socket().says(hello);
  assert.equal((socket().sent[0] as { op: string }).op, 'resume');
});

test('an ended session is renewed once, then it is over', async (t) => {
  let renewals = 0;
  const { seen, socket, sockets } = connect(t, { renew: async () => ++renewals > 0 });
  socket().says(hello, ready);
  socket().ends(4004);
  await Promise.resolve();
  await Promise.resolve();
  assert.equal(sockets.length, 2);
  socket().says(hello);
  assert.equal((socket().sent[0] as { op: string }).op, 'identify');
  socket().ends(4004);
  await Promise.resolve();
  assert.equal(seen.at(-1), 'ended 4004');
  assert.equal(renewals, 1);
});

test('what is watched is said once it settles, and again after each connection', (t) => {
  const { client, socket } = connect(t);
  client.watch(['u_1']);
  socket().says(hello, ready);
  assert.deepEqual(socket().sent.at(-1), { op: 'watch', users: ['u_1'] });
  t.mock.timers.tick(250);
  client.watch(['u_1', 'u_2']);
  client.watch(['u_2', 'u_3']);
  client.idle(true);
  t.mock.timers.tick(250);
  assert.deepEqual(socket().sent.slice(-2), [
    { op: 'idle', idle: true },
    { op: 'watch', users: ['u_2', 'u_3'] },
  ]);
  socket().ends(1006);
  t.mock.timers.tick(375);
  socket().says(hello, { op: 'resumed', replayed: 0 });
  assert.deepEqual(socket().sent.slice(1), [
    { op: 'watch', users: ['u_2', 'u_3'] },
    { op: 'idle', idle: true },
  ]);
});

test('closing ends the session for the homeserver too', (t) => {
  const { client, seen, socket, sockets } = connect(t);
  socket().says(hello, ready);
  client.close();
  assert.equal(socket().closedWith, 1000);
  assert.equal(seen.at(-1), 'ended 1000');
  t.mock.timers.tick(60_000);
  assert.equal(sockets.length, 1);
});

test('the address of the gateway follows the one of the homeserver', () => {
  assert.equal(gatewayUrl('https://home.example'), 'wss://home.example/gateway');
  assert.equal(gatewayUrl('http://127.0.0.1:8448'), 'ws://127.0.0.1:8448/gateway');
});
