import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { startGateway, TestClient } from './gateway-testing.ts';

/** HTTP status of a refused upgrade, 101 for one that was taken. */
async function statusOf(client: TestClient): Promise<number | undefined> {
  const refused = once(client.socket, 'unexpected-response').then(([, response]) => {
    client.socket.terminate();
    return (response as { statusCode: number }).statusCode;
  });
  return Promise.race([refused, client.opens().then(() => 101)]);
}

test('pages of other sites, tokens in the address and other paths are refused', async () => {
  await using gateway = await startGateway({ publicUrl: 'https://chat.home.example' });
  const { url, port } = gateway;
  const status = (address: string, headers: Record<string, string> = {}) =>
    statusOf(new TestClient(address, { headers }));
  assert.equal(await status(url), 101);
  assert.equal(await status(url, { origin: 'https://chat.home.example' }), 101);
  assert.equal(await status(url, { origin: `http://127.0.0.1:${port}` }), 101);
  for (const origin of [
    'https://evil.example',
    'http://chat.home.example',
    'https://chat.home.example.evil.example',
    'null',
    '',
    `http://localhost:${port + 1}`,
  ]) {
    assert.equal(await status(url, { origin }), 403, origin);
  }
  // A name that an attacker points at this address is not this homeserver.
  assert.equal(await status(url, { origin: `http://evil.example:${port}`, host: `evil.example:${port}` }), 403);
  assert.equal(await status(`${url}?token=fm_s_abc`), 400);
  assert.equal(await status(`${url}?a=1&access_token=abc`), 400);
  assert.equal(await status(`${url}?x=fm_s_abc`), 400);
  assert.equal(await status(`${url}/`), 404);
  assert.equal(await status(url.replace('/gateway', '/')), 404);
});

test('one address cannot take all connections', async () => {
  await using gateway = await startGateway({
    rateLimits: true,
    limits: { waitingPerNetwork: 3, socketsPerNetwork: 4 },
  });
  const waiting = [new TestClient(gateway.url), new TestClient(gateway.url), new TestClient(gateway.url)];
  for (const client of waiting) assert.equal(await statusOf(client), 101);
  assert.equal(await statusOf(new TestClient(gateway.url)), 429);
  await Promise.all(waiting.map((client) => client.identifies('u_a')));
  const fourth = new TestClient(gateway.url);
  assert.equal(await statusOf(fourth), 101);
  assert.equal(await statusOf(new TestClient(gateway.url)), 429);
  fourth.socket.close();
  await fourth.closed;
  while (gateway.gateway.size.sockets > 3) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(await statusOf(new TestClient(gateway.url)), 101);
});

test('the cookie of the upgrade is as good as a token', async () => {
  await using gateway = await startGateway({ cookieOf: ({ headers }) => headers.cookie?.replace('session=', '') });
  const client = new TestClient(gateway.url, { headers: { cookie: 'session=u_a' } });
  await client.opens();
  client.send({ op: 'identify' });
  await client.sees('ready');
  const without = new TestClient(gateway.url);
  await without.opens();
  without.send({ op: 'identify' });
  assert.equal(await without.closed, 4004);
});
