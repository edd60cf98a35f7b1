import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { connect } from 'node:tls';
import { after, before, test } from 'node:test';
import nacl from 'tweetnacl';
import { TestNetwork } from '../testing/federated.ts';
import type { Mischief } from '@folkmoot/conformance-tests/puppet/signed-request.ts';
import { Puppet } from '../testing/puppet.ts';

let network: TestNetwork;
let a: Awaited<ReturnType<TestNetwork['homeserver']>>;

before(async () => {
  network = await TestNetwork.open();
  a = await network.homeserver();
});
after(() => network[Symbol.asyncDispose]());

const openPuppet = () => Puppet.open(network);
const isPeer = async (name: string) => (await a.homeserver.federation!.peers.find(name)) !== undefined;

/** Refused with this code, with the time of the server, and with nothing kept about the puppet. */
async function assertRefused(puppet: Puppet, mischief: Mischief, status: number, code: string): Promise<void> {
  const said = await puppet.says(a.name, mischief);
  assert.deepEqual([said.status, said.code], [status, code], JSON.stringify(mischief));
  assert.ok(Math.abs(Number(said.body['server_time']) - Date.now()) < 60_000, '[FED-7] server_time');
}

test('[SIG-4] an unsigned request is refused without parsing its body or keeping anything (F1)', async () => {
  const puppet = await openPuppet();
  const unsigned: Mischief = { body: '{not json', change: (headers) => delete headers['signature'] };
  await assertRefused(puppet, unsigned, 401, 'missing_signature');
  await assertRefused(puppet, { ...unsigned, target: '/federation/v1/nothing' }, 401, 'missing_signature');
  assert.deepEqual([puppet.fetched, await isPeer(puppet.name)], [0, false]);
});

test('[SIG-4] what was changed on its way is refused (F2, F4, F5)', async () => {
  const puppet = await openPuppet();
  await assertRefused(puppet, { sent: { body: '{"v":2}' } }, 401, 'bad_digest');
  for (const sent of [
    { method: 'DELETE' },
    { method: 'PUT' },
    { target: '/federation/v1/ping?x=1' },
    { target: '/federation/v1//ping' },
  ])
    await assertRefused(puppet, { sent }, 401, 'bad_signature');
  assert.equal(await isPeer(puppet.name), false, 'nobody is pinned who has proven nothing');
});

test('[SIG-5] [SIG-6] another destination and another time are refused (F6, F10, F11)', async () => {
  const puppet = await openPuppet();
  await assertRefused(puppet, { to: 'other.example' }, 421, 'wrong_destination');
  const at = (seconds: number) => ({ date: new Date(Date.now() + seconds * 1_000).toUTCString() });
  // Time goes on until they arrive.
  for (const date of [at(330), at(-301), { date: 'garbage' }, { date: '-1' }])
    await assertRefused(puppet, date, 401, 'stale');
  for (const date of [at(-270), at(299)]) assert.equal((await puppet.says(a.name, date)).status, 200);
});

test('[SIG-8] a request that is sent again has no second effect (F8)', async () => {
  const puppet = await openPuppet();
  const same = { nonce: 'AAAAAAAAAAAAAAAAAAAAAA', date: new Date().toUTCString() };
  assert.equal((await puppet.says(a.name, same)).status, 200);
  await assertRefused(puppet, same, 401, 'replay');
});

test('[SIG-4] two signatures, or one in the shadow of another, are refused (F13)', async () => {
  const puppet = await openPuppet();
  const both: Mischief = {
    change: (headers) => (headers['signature'] = ['keyId="x.example#y",signature="AA"', String(headers['signature'])]),
  };
  const shadow: Mischief = {
    change: (headers) => (headers['authorization'] = `Signature ${String(headers['signature'])}`),
  };
  await assertRefused(puppet, both, 401, 'one_signature');
  await assertRefused(puppet, shadow, 401, 'one_signature');
});

test('[FED-1] [FED-6] a server is not looked for under a name that is none (F42)', async () => {
  const puppet = await openPuppet();
  for (const from of ['127.0.0.1', '2130706433', '10.0.0.1:80', 'A.example', 'a.example:443', '[::1]', 'x@y'])
    await assertRefused(puppet, { from }, 400, 'bad_server_name');
});

test('[KEY-5] bogus keys cost one look at the document a minute, and honest requests go on (F24, F27)', async () => {
  const puppet = await openPuppet();
  assert.equal((await puppet.says(a.name)).status, 200);
  const bogus = Array.from({ length: 60 }, () => puppet.says(a.name, { key: nacl.sign.keyPair() }));
  for (const { status, code } of await Promise.all(bogus)) assert.deepEqual([status, code], [401, 'unknown_key']);
  assert.equal(puppet.fetched, 2);
  assert.equal((await puppet.says(a.name)).status, 200);
});

test('[KEY-7] a revoked key signs nothing, with whatever date (F33)', async () => {
  const puppet = await openPuppet();
  const revoked = puppet.signing;
  puppet.signing = nacl.sign.keyPair();
  puppet.old = [{ key: revoked, revoked: Date.now() + 60_000 }];
  await assertRefused(puppet, { key: revoked, date: new Date(Date.now() - 240_000).toUTCString() }, 401, 'key_revoked');
  assert.equal((await puppet.says(a.name)).status, 200);
});

test('[KEY-1] a document that is not what it should be proves nothing (F28, F38, F47)', async () => {
  const elsewhere = await openPuppet();
  const redirect =
    (status: number, location: string): RequestListener =>
    (_, response) =>
      void response.writeHead(status, { location }).end();
  const text =
    (make: (puppet: Puppet) => string): ((puppet: Puppet) => RequestListener) =>
    (puppet) =>
    (_, response) =>
      void response.end(make(puppet));
  const smallOrder = {
    crv: 'Ed25519',
    kty: 'OKP',
    x: 'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    kid: 'A'.repeat(43),
  };
  const answers: ((puppet: Puppet) => RequestListener)[] = [
    ...[301, 302, 307, 308].flatMap((status) => [
      () => redirect(status, `https://${elsewhere.name}/.well-known/folkmoot`),
      (puppet: Puppet) => redirect(status, `https://${puppet.name}/.well-known/folkmoot`),
      () => redirect(status, 'http://127.0.0.1/'),
    ]),
    text(() => elsewhere.documentText()),
    text((puppet) => Object.assign(puppet, { document: { keys: [smallOrder] } }).documentText()),
    text((puppet) => `${puppet.documentText()} `),
    text(() => 'a'.repeat(70_000)),
    text(() => ''),
  ];
  for (const answer of answers) {
    const puppet = await openPuppet();
    puppet.answer = answer(puppet);
    await assertRefused(puppet, {}, 502, 'discovery_failed');
    assert.equal(puppet.fetched, 1);
  }
  assert.deepEqual(elsewhere.asked, []);
});

test('[FED-3] a signed request that is answered by a redirect goes nowhere else (F22)', async () => {
  const [puppet, elsewhere] = [await openPuppet(), await openPuppet()];
  puppet.answer = (request, response) => {
    if (request.method === 'GET') return void response.end(puppet.documentText());
    response.writeHead(307, { location: `https://${elsewhere.name}/federation/v1/ping` }).end();
  };
  await assert.rejects(a.homeserver.federation!.ping(puppet.name), { code: 'not_understood' });
  assert.deepEqual(elsewhere.asked, []);
});

test('[FED-5] a body in another form is refused once it is known who sent it (F58, F59, F63)', async () => {
  const puppet = await openPuppet();
  for (const body of ['{"v": 1}', '{"v":1.0}', '{"v":1,"v":1}', '{"\\u0076":1}', 'nothing', ' {"v":1}'])
    await assertRefused(puppet, { body }, 400, 'not_canonical');
  await assertRefused(puppet, { body: '['.repeat(500) }, 400, 'too_deep');
  await assertRefused(puppet, { body: 'x'.repeat(2_000) }, 413, 'too_large');
  for (const body of ['{}', '{"v":2}', '{"more":1,"v":1}', '[]'])
    await assertRefused(puppet, { body }, 400, 'invalid_body');
  await assertRefused(puppet, { target: '/federation/v1/nothing' }, 404, 'not_found');
  await assertRefused(puppet, { method: 'PUT' }, 405, 'method_not_allowed');
});

test('who goes away in the middle of a body, or says nothing sensible, disturbs nobody', async () => {
  const puppet = await openPuppet();
  const { port } = new URL(a.url);
  const starts = [
    'POST /federation/v1/ping HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf',
    'GET /federation/ HTTP/1.1\r\n',
  ];
  for (const text of starts) {
    const socket = connect({ port: Number(port), host: '127.0.0.1', ca: network.ca.certificate });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    await new Promise((resolve) => socket.write(text, resolve));
    socket.destroy();
  }
  const large: Mischief = { body: 'x'.repeat(3_000_000), change: (headers) => delete headers['signature'] };
  await puppet.says(a.name, large).catch(() => undefined);
  assert.equal((await puppet.says(a.name)).status, 200);
});

test('a homeserver that is read-only still answers those that it knows', async () => {
  const b = await network.homeserver();
  const puppet = await openPuppet();
  assert.equal((await puppet.says(b.name)).status, 200);
  b.homeserver.committer.makeReadOnly('a test');
  assert.equal((await puppet.says(b.name)).status, 200);
  assert.equal((await (await openPuppet()).says(b.name)).status, 200);
});
