import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireKeyDocument } from '@folkmoot/federation/server-key.ts';
import { manualClock } from '../base/clock.ts';
import { TestNetwork } from '../testing/federated.ts';
import { Puppet } from '../testing/puppet.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';

test('[FED-8] [KEY-3] two homeservers find each other over HTTPS, prove who they are and pin each other', async () => {
  await using network = await TestNetwork.open();
  const [a, b] = [await network.homeserver(), await network.homeserver()];
  const answer = await a.homeserver.federation!.ping(b.name);
  assert.equal(answer.server, b.name);
  const { server, kid, root, method, target } = answer.understood;
  const { keys } = a.homeserver;
  assert.deepEqual(
    { server, kid, root, method, target },
    { server: a.name, kid: keys.signing.kid, root: keys.root.kid, method: 'POST', target: '/federation/v1/ping' },
  );
  const pinned = async (here: typeof a, there: typeof a) => {
    const peer = await here.homeserver.federation!.peers.find(there.name);
    return [peer?.state, peer?.root === there.homeserver.keys.root.kid, peer?.last_contact !== null];
  };
  assert.deepEqual(await pinned(a, b), ['ok', true, true]);
  assert.deepEqual(await pinned(b, a), ['ok', true, true]);
  assert.equal((await b.homeserver.federation!.ping(a.name)).understood.server, b.name);
});

test('[KEY-1] [KEY-2] the key document is served as canonical text and stays the same until half of its time is over', async () => {
  await using network = await TestNetwork.open();
  const clock = manualClock(Date.now());
  const a = await network.homeserver({ clock });
  const page = () => a.homeserver.federation!.page.answer({} as never);
  const read = async () => {
    const { body } = await page();
    return requireKeyDocument(body, { server: a.name, now: clock.now() });
  };
  const first = await read();
  assert.equal(first.document.api, `https://${a.name}/federation/v1`);
  assert.deepEqual([...first.keys.keys()], [a.homeserver.keys.signing.kid]);
  clock.advance(3 * 86_400_000);
  assert.equal((await read()).document.serial, first.document.serial);
  clock.advance(86_400_000);
  const next = await read();
  assert.ok(next.document.serial > first.document.serial && next.document.valid_until > first.document.valid_until);
});

test('[KEY-4] the document survives a restart with its serial', async () => {
  await using network = await TestNetwork.open();
  const a = await network.homeserver();
  const before = await a.homeserver.ownKeys.document();
  await a.homeserver.close();
  const { port } = new URL(a.url);
  const again = await network.homeserver({ folder: a.folder, port: Number(port) });
  assert.equal(await again.homeserver.ownKeys.document(), before);
});

test('[KEY-5] [KEY-8] a rotated key is accepted by others after one look at the new document (F32)', async () => {
  await using network = await TestNetwork.open();
  const [a, b] = [await network.homeserver(), await network.homeserver()];
  await a.homeserver.federation!.ping(b.name);
  const { before, now } = await a.homeserver.ownKeys.rotate();
  const { understood } = await a.homeserver.federation!.ping(b.name);
  assert.equal(understood.kid, now);
  const kept = (await b.homeserver.federation!.peers.find(a.name))?.document ?? '';
  const { old } = requireKeyDocument(kept, { server: a.name, now: Date.now() });
  assert.deepEqual([...old.keys()], [before]);
});

test('[KEY-6] a name under another root key is suspended until an admin decides (F35)', async () => {
  await using network = await TestNetwork.open();
  const a = await network.homeserver();
  const federation = a.homeserver.federation!;
  const puppet = await Puppet.open(network);
  assert.equal((await puppet.says(a.name)).status, 200);

  const taken = await Puppet.open(network);
  [puppet.root, puppet.signing, puppet.serial] = [taken.root, taken.signing, 9];
  assert.deepEqual(codeAndStatus(await puppet.says(a.name)), [403, 'identity_changed']);
  assert.equal((await federation.peers.find(puppet.name))?.state, 'suspended');
  await assert.rejects(federation.ping(puppet.name), { code: 'identity_changed' });
  assert.deepEqual(codeAndStatus(await puppet.says(a.name)), [403, 'identity_changed']);

  await federation.allow(puppet.name);
  assert.equal((await puppet.says(a.name)).status, 200);
});

test('[FED-9] a blocked server gets nothing and is asked nothing (F136)', async () => {
  await using network = await TestNetwork.open();
  const a = await network.homeserver();
  const federation = a.homeserver.federation!;
  const puppet = await Puppet.open(network);
  await federation.block(puppet.name, null);
  assert.deepEqual(codeAndStatus(await puppet.says(a.name)), [403, 'server_blocked']);
  await assert.rejects(federation.ping(puppet.name), { code: 'server_blocked' });
  assert.deepEqual(puppet.asked, []);
  await federation.allow(puppet.name);
  assert.equal((await puppet.says(a.name)).status, 200);
});

test('[FED-9] with an allow list only those on it are talked with', async () => {
  await using network = await TestNetwork.open();
  const [friend, stranger] = [await Puppet.open(network), await Puppet.open(network)];
  const environment = { FOLKMOOT_FEDERATION: 'allow-list', FOLKMOOT_FEDERATION_ALLOW: `other.example, ${friend.name}` };
  const a = await network.homeserver({ environment });
  assert.equal((await friend.says(a.name)).status, 200);
  assert.equal((await stranger.says(a.name)).code, 'server_blocked');
  assert.equal(stranger.fetched, 0);
});

test('a homeserver whose name others cannot find, or that is told so, talks with none', async () => {
  await using network = await TestNetwork.open();
  const local = await startHomeserver();
  try {
    assert.equal(local.homeserver.federation, undefined);
    for (const path of ['/.well-known/folkmoot', '/federation/v1/ping'])
      assert.equal((await fetch(local.url + path, { method: path.endsWith('ping') ? 'POST' : 'GET' })).status, 404);
  } finally {
    await local.close();
  }
  const off = await network.homeserver({ environment: { FOLKMOOT_FEDERATION: 'off' } });
  assert.equal(off.homeserver.federation, undefined);
});

const codeAndStatus = ({ status, code }: { status: number; code: string | undefined }) => [status, code];
