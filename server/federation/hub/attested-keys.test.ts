import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { importPublicKey } from '@folkmoot/federation/keys.ts';
import nacl from 'tweetnacl';
import { TestHub } from '../../testing/hub.ts';
import { jwkOf } from '@folkmoot/conformance-tests/puppet/keys.ts';

let hub: TestHub;
before(async () => (hub = await TestHub.open()));
after(() => hub[Symbol.asyncDispose]());

interface Noted {
  type: string;
  server?: string;
  kids: string[];
}

/** What `_` says about keys, and who joined, in order. */
async function noted(): Promise<Noted[]> {
  const { lines } = await hub.gets(hub.streamPath('_'));
  return lines.flatMap((line) => {
    const { ev, p } = JSON.parse(line) as { ev: { type: string }; p: { intent: { body: Record<string, unknown> } } };
    const { server, keys = [] } = p.intent.body as { server?: string; keys?: never[] };
    const kids = keys.map((jwk) => importPublicKey(jwk).kid);
    return /\.key$|member\.join/.test(ev.type) ? [{ type: ev.type, ...(server ? { server } : {}), kids }] : [];
  });
}

test('[KEY-9] before the first member of a server, and again with another key, the hub notes what it signs with', async () => {
  const { puppet, bob, a, talk } = hub;
  const joins = { type: 'member.join', kids: [] };
  const first = { type: 'server.key', server: puppet.name, kids: [jwkOf(puppet.signing).kid] };
  assert.deepEqual(await noted(), [joins, first, joins]);
  assert.equal((await bob.says(a.name, talk, 'one'))['ok'], true);
  assert.equal((await noted()).length, 3);

  puppet.old.push({ key: puppet.signing });
  puppet.signing = nacl.sign.keyPair();
  puppet.serial++;
  assert.equal((await bob.says(a.name, talk, 'two'))['ok'], true);
  assert.equal((await bob.says(a.name, talk, 'three'))['ok'], true);
  const second = { ...first, kids: [jwkOf(puppet.signing).kid] };
  assert.deepEqual(await noted(), [joins, first, joins, second]);
  const { lines } = await hub.gets(hub.streamPath('_', 'state'));
  assert.equal(lines.filter((line) => line.includes('"server.key"')).length, 2);
});

test('[KEY-9] the key of a hub is followed by another one under its own signature', async () => {
  const { before: old, now } = await hub.a.homeserver.ownKeys.rotate();
  const { lines } = await hub.gets(hub.streamPath('_'));
  const { ev } = JSON.parse(lines.at(-1)!) as { ev: { type: string; kid: string } };
  assert.deepEqual([ev.type, ev.kid], ['hub.key', old]);
  assert.deepEqual((await noted()).at(-1), { type: 'hub.key', kids: [now] });
});

test('[KEY-9] nobody can ask for such an event', async () => {
  const { bob, a, space, puppet } = hub;
  const { crv, kty, x } = jwkOf(puppet.root);
  for (const [type, body] of [
    ['server.key', { server: puppet.name, keys: [{ crv, kty, x }], root: jwkOf(puppet.root).kid }],
    ['hub.key', { keys: [{ crv, kty, x }] }],
  ] as const) {
    const result = await puppet.intends(a.name, bob.intent(a.name, space.id, '_', type, body));
    assert.equal(result['code'], 'forbidden');
  }
});
