import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { getServer } from '@folkmoot/protocol-spec/schemas/client/server.ts';
import { bind } from './bind.ts';
import { HttpServer } from './http-server.ts';
import { serve } from './http-testing.ts';

test('a stop lets a running request finish and takes no new connection', async (t) => {
  const asked = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const handle = async () => {
    asked.resolve();
    await goOn.promise;
    throw new Error('done');
  };
  const { ask, stop } = await serve(t, { bindings: [bind(getServer, handle)] });
  const running = ask('GET', '/api/v1/server');
  await asked.promise;
  const stopped = stop();
  await assert.rejects(ask('GET', '/livez'));
  goOn.resolve();
  assert.equal((await running).status, 500);
  await stopped;
});

test('an idle connection does not hold up a stop', async (t) => {
  const { url, stop } = await serve(t, {});
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write('GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(socket, 'data');
  const closed = once(socket, 'close');
  await stop();
  await closed;
});

test('a connection that was upgraded and that nobody closes does not hold up a stop for ever', async () => {
  const server = new HttpServer(() => undefined, undefined, { drainMs: 50 });
  server.server.on('upgrade', (_, socket) => {
    socket.on('error', () => undefined);
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
  });
  const { port } = await server.listen('127.0.0.1', 0);
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
  await once(socket, 'data');
  const closed = once(socket, 'close');
  await server.stop();
  await closed;
});

const refused: [string, string, RegExp][] = [
  ['no HTTP', 'hello\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['headers beyond 16 KiB', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', /^HTTP\/1\.1 400 /],
];

for (const [what, request, answer] of refused) {
  test(`${what} is answered and closed`, async (t) => {
    const { url, ask } = await serve(t, {});
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(request);
    // What was sent beyond the answer may make it a reset.
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const [data] = (await once(socket, 'data')) as [Buffer];
    assert.match(data.toString('latin1'), answer);
    await closed;
    assert.equal((await ask('GET', '/livez')).status, 200);
  });
}

test('an address that somebody else has is an error that its admin can mend', async (t) => {
  const { url } = await serve(t, {});
  const server = new HttpServer(() => undefined);
  const { port } = new URL(url);
  await assert.rejects(server.listen('127.0.0.1', Number(port)), {
    name: 'StartError',
    message: `Cannot listen on 127.0.0.1:${port}: another program uses it. Choose another address with FOLKMOOT_LISTEN.`,
  });
});
