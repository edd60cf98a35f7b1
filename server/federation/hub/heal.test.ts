import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TestNetwork } from '../../testing/federated.ts';
import { talkOf } from '../../testing/people.ts';
import { Puppet } from '../../testing/puppet.ts';
import { headOf, RestoredHub } from '../../testing/restored-hub.ts';

let network: TestNetwork;
let restored: RestoredHub;

before(async () => {
  network = await TestNetwork.open();
  restored = await RestoredHub.open(network, ['one', 'two', 'three', 'four']);
});
after(() => network[Symbol.asyncDispose]());

test('[HEAL-3] what the hub did not sign is taken from nobody, and tells nobody anything (F115)', async () => {
  const { space, lines } = restored;
  const newest = lines.at(-1)!;
  const forged = newest.replace('"seq":4', '"seq":1');
  assert.equal((await restored.heals([forged])).code, 'not_found');
  assert.equal((await restored.heals(['{}'])).code, 'not_found');
  const elsewhere = `/spaces/s_${'a'.repeat(32)}/streams/_`;
  assert.equal((await restored.heals([newest], { at: elsewhere })).code, 'not_found');
  assert.equal((await restored.heals([newest], { at: `/spaces/${space.id}/streams/_` })).code, 'not_found');
  const many = Array.from({ length: 201 }, () => newest);
  assert.equal((await restored.heals(many)).code, 'too_large');
  const said = await restored.heals([newest.slice(1)]);
  assert.ok(said.status >= 400 && said.status < 500, said.code);
});

test('[HEAL-2] the newest line alone shows where the hub is; lines with a gap are not taken', async () => {
  const { lines } = restored;
  assert.equal(headOf(await restored.heals(lines.slice(-1))), '1.0');
  assert.equal(headOf(await restored.heals(lines.slice(2))), '1.0');
});

test('[HEAL-3] whoever brings them, lines are taken once, and in order; a false one ends the page', async () => {
  const { alice, space, lines } = restored;
  const stranger = await Puppet.open(network);
  const broken = [lines[1]!, lines[2]!.replace('"seq":2', '"seq":3'), lines[3]!];
  assert.equal(headOf(await restored.heals(broken, { puppet: stranger })), '1.1');
  const all = await Promise.all([
    restored.heals(lines),
    restored.heals(lines, { puppet: stranger }),
    restored.heals(lines.slice(1)),
  ]);
  assert.ok(all.map(headOf).includes('1.4'));
  assert.equal(headOf(await restored.heals(lines)), '1.4');
  assert.deepEqual(
    (await alice.reads(space)).map(({ content }) => content),
    ['one', 'two', 'three', 'four'],
  );
});

test('[EPO-1] when an admin says so it goes on, and takes no more', async () => {
  const { hub, alice, space, follower, lines } = restored;
  await hub.homeserver.restoration.finish();
  assert.equal((await restored.heals(lines)).code, 'not_restoring');
  assert.equal((await alice.says(space, 'five')).id, '2.1');
  const { lines: now } = await follower.gets(hub.name, `${restored.path}/events`);
  assert.deepEqual(now.slice(0, lines.length), lines);
});

test('[EPO-3] nobody can ask for a new epoch', async () => {
  const { hub, space, follower, bob } = restored;
  const body = { fork: { epoch: 2, seq: 1, hash: 'A'.repeat(43) } };
  const [channel, root] = [talkOf(space).channel, '_'].map((stream) =>
    bob.intent(hub.name, space.id, stream, 'epoch.start', body),
  );
  assert.equal((await follower.intends(hub.name, channel!))['code'], 'invalid_body');
  assert.equal((await follower.intends(hub.name, root!))['code'], 'forbidden');
});
