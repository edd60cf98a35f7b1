import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { Restartable } from '../../testing/across.ts';
import { backUp, putBack } from '../../testing/backup.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { inviteIdOf } from '../../testing/hub.ts';
import { type Person, person, talkOf } from '../../testing/people.ts';
import { Puppet, type Said } from '../../testing/puppet.ts';
import { PuppetUser } from '../../testing/puppet-user.ts';

let network: TestNetwork;
let hub: Restartable;
let alice: Person;
let space: Space;
let follower: Puppet;
let bob: PuppetUser;
let lines: string[];

/** A hub that lost four messages, which a puppet kept. It waits for an admin. */
before(async () => {
  network = await TestNetwork.open();
  hub = await Restartable.start(network, { FOLKMOOT_RESTORE_WAIT: 'manual' });
  alice = await person(hub.url);
  space = await alice.founds('Hub');
  follower = await Puppet.open(network);
  const { code } = await alice.client.call(createInvite, { params: { space: space.id }, body: {} });
  bob = new PuppetUser(follower, 'bob');
  const joining = bob.joining(hub.name, space.id, inviteIdOf(code));
  assert.equal((await follower.intends(hub.name, joining))['ok'], true);
  const [data, backup] = [join(hub.folder, 'data'), join(hub.folder, 'backup')];
  await hub.stop();
  await backUp(data, backup);
  await hub.start();
  for (const text of ['one', 'two', 'three', 'four']) await alice.says(space, text);
  ({ lines } = await follower.gets(hub.name, `${path()}/events`));
  assert.equal((await heals(lines)).code, 'not_restoring');
  await hub.stop();
  await putBack(backup, data);
  await hub.start();
});
after(() => network[Symbol.asyncDispose]());

const path = () => `/spaces/${space.id}/streams/${talkOf(space).channel}`;

function heals(texts: readonly string[], { puppet = follower, at = path() } = {}): Promise<Said> {
  const body = texts.map((text) => `${text}\n`).join('');
  const target = `/federation/v1${at}/heal`;
  return puppet.says(hub.name, { method: 'POST', target, body, contentType: 'application/x-ndjson' });
}

const headOf = ({ body }: Said) => {
  const { epoch, seq } = body['head'] as { epoch: number; seq: number };
  return `${epoch}.${seq}`;
};

test('[HEAL-3] what the hub did not sign is taken from nobody, and tells nobody anything (F115)', async () => {
  const newest = lines.at(-1)!;
  const forged = newest.replace('"seq":4', '"seq":1');
  assert.equal((await heals([forged])).code, 'not_found');
  assert.equal((await heals(['{}'])).code, 'not_found');
  const elsewhere = `/spaces/s_${'a'.repeat(32)}/streams/_`;
  assert.equal((await heals([newest], { at: elsewhere })).code, 'not_found');
  assert.equal((await heals([newest], { at: `/spaces/${space.id}/streams/_` })).code, 'not_found');
  const many = Array.from({ length: 201 }, () => newest);
  assert.equal((await heals(many)).code, 'too_large');
  const said = await heals([newest.slice(1)]);
  assert.ok(said.status >= 400 && said.status < 500, said.code);
});

test('[HEAL-2] the newest line alone shows where the hub is; lines with a gap are not taken', async () => {
  assert.equal(headOf(await heals(lines.slice(-1))), '1.0');
  assert.equal(headOf(await heals(lines.slice(2))), '1.0');
});

test('[HEAL-3] whoever brings them, lines are taken once, and in order; a false one ends the page', async () => {
  const stranger = await Puppet.open(network);
  const broken = [lines[1]!, lines[2]!.replace('"seq":2', '"seq":3'), lines[3]!];
  assert.equal(headOf(await heals(broken, { puppet: stranger })), '1.1');
  const all = await Promise.all([heals(lines), heals(lines, { puppet: stranger }), heals(lines.slice(1))]);
  assert.ok(all.map(headOf).includes('1.4'));
  assert.equal(headOf(await heals(lines)), '1.4');
  assert.deepEqual(
    (await alice.reads(space)).map(({ content }) => content),
    ['one', 'two', 'three', 'four'],
  );
});

test('[EPO-1] when an admin says so it goes on, and takes no more', async () => {
  await hub.homeserver.restoration.finish();
  assert.equal((await heals(lines)).code, 'not_restoring');
  assert.equal((await alice.says(space, 'five')).id, '2.1');
  const { lines: now } = await follower.gets(hub.name, `${path()}/events`);
  assert.deepEqual(now.slice(0, lines.length), lines);
});

test('[EPO-3] nobody can ask for a new epoch', async () => {
  const body = { fork: { epoch: 2, seq: 1, hash: 'A'.repeat(43) } };
  const [channel, root] = [talkOf(space).channel, '_'].map((stream) =>
    bob.intent(hub.name, space.id, stream, 'epoch.start', body),
  );
  assert.equal((await follower.intends(hub.name, channel!))['code'], 'invalid_body');
  assert.equal((await follower.intends(hub.name, root!))['code'], 'forbidden');
});
