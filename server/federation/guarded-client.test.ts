import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSecureContext, rootCertificates } from 'node:tls';
import { names } from '../testing/connection-attempts.ts';
import { TestNetwork } from '../testing/federated.ts';
import { createGuardedClient, type GuardedClientOptions } from './guarded-client.ts';

const asking = { method: 'GET', maxBytes: 1_000, timeoutMs: 60_000 } as const;

async function openServer(answer = 'hello') {
  const network = await TestNetwork.open();
  const { name, server } = await network.server((_, response) => void response.end(answer));
  let connections = 0;
  server.on('connection', () => connections++);
  const client = (options: Partial<GuardedClientOptions> = {}) =>
    createGuardedClient({
      privateAddresses: false,
      secureContext: createSecureContext({ ca: network.ca.certificate }),
      ...options,
    });
  return { network, port: name.split(':')[1], client, connections: () => connections };
}

test('[FED-6] a name that leads to a private address is not connected to (F44)', async () => {
  const { network, port, client, connections } = await openServer();
  await using _ = network;
  for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '::1', '0.0.0.0', '10.0.0.1', '64:ff9b::7f00:1']) {
    await using guarded = await client({ lookup: names([address]).lookup });
    await assert.rejects(guarded.request({ ...asking, url: new URL(`https://home.example:${port}/`) }), {
      code: 'address_refused',
    });
  }
  assert.equal(connections(), 0);
});

test('[FED-6] an address in the URL is looked at too, however it is written', async () => {
  const { network, port, client, connections } = await openServer();
  await using _ = network;
  await using guarded = await client();
  for (const host of [
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '127.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[64:ff9b::7f00:1]',
  ]) {
    const request = guarded.request({ ...asking, url: new URL(`https://${host}:${port}/`) });
    await assert.rejects(request, { code: 'address_refused' }, host);
  }
  assert.equal(connections(), 0);
});

test('[FED-3] what answers too much, too late or without TLS that holds is given up', async () => {
  const { network, port, client } = await openServer('x'.repeat(1_001));
  await using _ = network;
  const url = new URL(`https://127.0.0.1:${port}/`);
  await using guarded = await client({ privateAddresses: true });
  await assert.rejects(guarded.request({ ...asking, url }), { code: 'answer_too_large' });
  const whole = await guarded.request({ ...asking, url, maxBytes: 1_001 });
  assert.deepEqual([whole.status, whole.body.length], [200, 1_001]);
  await assert.rejects(guarded.request({ ...asking, url: new URL(`http://127.0.0.1:${port}/`) }), {
    code: 'unreachable',
  });
  await using stranger = await createGuardedClient({
    privateAddresses: true,
    secureContext: createSecureContext({ ca: [...rootCertificates] }),
  });
  await assert.rejects(stranger.request({ ...asking, url }), { code: 'unreachable' });

  const { name } = await network.server((request, response) => {
    if (request.url === '/slow') response.writeHead(200).write('x');
  });
  for (const path of ['/', '/slow'])
    await assert.rejects(guarded.request({ ...asking, timeoutMs: 100, url: new URL(`https://${name}${path}`) }), {
      code: 'timeout',
    });
});
