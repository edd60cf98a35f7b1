import assert from 'node:assert/strict';
import { test } from 'node:test';
import { peerListEvents } from '@folkmoot/protocol-spec/schemas/federation/streams.ts';
import { peerGetSpace } from '@folkmoot/protocol-spec/schemas/federation/spaces.ts';
import { TestNetwork } from '../testing/federated.ts';
import { Puppet } from '../testing/puppet.ts';

const space = `s_${'a'.repeat(32)}`;

test('questions to one homeserver share connections, also when it closes them in between', async () => {
  await using network = await TestNetwork.open();
  const a = await network.homeserver();
  const ports = new Set<number>();
  const puppet = await Puppet.open(network);
  let closing = false;
  puppet.answer = (request, response) => {
    if (request.url === '/.well-known/folkmoot') return void response.end(puppet.documentText());
    if (closing && ports.has(request.socket.remotePort ?? 0)) return void request.socket.destroy();
    ports.add(request.socket.remotePort ?? 0);
    response.writeHead(200, { 'content-type': 'application/x-ndjson' }).end('{"a":1}\n{"b":2}\n');
  };
  const { ask, askLines } = a.homeserver.federation!;
  const question = { params: { space, stream: '_' }, query: { limit: 2, before: '1.5' } };
  for (let at = 0; at < 10; at++)
    assert.deepEqual((await askLines(puppet.name, peerListEvents, question)).lines, ['{"a":1}', '{"b":2}']);
  assert.ok(ports.size <= 2, String(ports.size));
  assert.equal(puppet.asked.at(-1), `GET /federation/v1/spaces/${space}/streams/_/events?limit=2&before=1.5`);
  closing = true;
  assert.equal((await askLines(puppet.name, peerListEvents, question)).lines.length, 2);
  await assert.rejects(ask(puppet.name, peerGetSpace, { params: { space } }), { code: 'not_understood' });
});

test('lines that do not end are not understood', async () => {
  await using network = await TestNetwork.open();
  const a = await network.homeserver();
  const puppet = await Puppet.open(network);
  puppet.answer = (request, response) =>
    void response.end(request.url === '/.well-known/folkmoot' ? puppet.documentText() : '{"a":1}\n{"b"');
  const question = { params: { space, stream: '_' } };
  await assert.rejects(a.homeserver.federation!.askLines(puppet.name, peerListEvents, question), {
    code: 'not_understood',
  });
});
