import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { buildIntent } from '@folkmoot/federation/intent.ts';
import { proveInvite } from '@folkmoot/federation/invite-proof.ts';
import { createInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { listMembers } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { joinsFrom, Restartable } from '../../testing/across.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { type Person, person } from '../../testing/people.ts';
import { Watcher } from '../../testing/watching.ts';

let network: TestNetwork;
let b: Awaited<ReturnType<TestNetwork['homeserver']>>;

before(async () => {
  network = await TestNetwork.open();
  b = await network.homeserver();
});
after(() => network[Symbol.asyncDispose]());

/** As members joined before homeservers talked with each other: nothing says who they are. */
async function joinsAsOnceBefore(hub: Restartable, space: Space, host: Person, guest: Person): Promise<void> {
  const made = await host.client.call(createInvite, { params: { space: space.id }, body: {} });
  const invite = made.invite.id;
  const actor = guest.account.id;
  const place = { space: space.id, stream: '_', type: 'member.join', actor };
  const body = { invite, proof: proveInvite(made.code, { space: space.id, invite, actor }) };
  const intent = buildIntent({ ...place, aud: hub.name, home: hub.name, n: 1, ts: Date.now(), body });
  const { committer, spaceLog } = hub.homeserver;
  await committer.commit((tx) => spaceLog.submit(tx, { ...place, ref: [], id: intent.id, body: intent.body, intent }));
}

async function namesOf(who: Person, space: Space): Promise<(string | null)[]> {
  const { members } = await who.client.call(listMembers, { params: { space: space.id }, query: {} });
  return members.map(({ user }) => user.handle).sort();
}

/** Waits until somebody sees these members. */
async function untilSeen(who: Person, space: Space, ...handles: string[]): Promise<void> {
  while (String(await namesOf(who, space)) !== String(handles)) await new Promise((resolve) => setTimeout(resolve, 50));
}

test('[FOL-1] members who joined while a homeserver talked with no other have names at those who join later', async () => {
  const hub = await Restartable.start(network, { FOLKMOOT_FEDERATION: 'off' });
  const [alice, carol] = [await person(hub.url, 'alice'), await person(hub.url, 'carol')];
  const space = await alice.founds('Old friends');
  await alice.invites(space, carol);
  await hub.stop();
  hub.environment['FOLKMOOT_FEDERATION'] = 'on';
  await hub.start();
  const bob = await person(b.url, 'bob');
  await joinsFrom(hub.name, space, alice, bob);
  await untilSeen(bob, space, 'alice', 'bob', 'carol');
  await hub.stop();
});

test('[FOL-17] somebody whose join does not say who they are gets a name at those who join later', async () => {
  const hub = await Restartable.start(network);
  const [alice, carol] = [await person(hub.url, 'alice'), await person(hub.url, 'carol')];
  const space = await alice.founds('Old friends');
  await joinsAsOnceBefore(hub, space, alice, carol);
  await carol.says(space, 'hello from long ago');
  const bob = await person(b.url, 'bobby');
  const joined = await joinsFrom(hub.name, space, alice, bob);
  await untilSeen(bob, space, 'alice', 'bobby', 'carol');
  const [said] = await bob.reads(joined);
  assert.deepEqual([said?.author.handle, said?.author.home], ['carol', hub.name]);
  await hub.stop();
});

test('[FOL-17] and at those who know them without a name already', async () => {
  const [hub, home] = [await Restartable.start(network), await Restartable.start(network)];
  const [alice, carol, bob] = [
    await person(hub.url, 'alice'),
    await person(hub.url, 'carol'),
    await person(home.url, 'bob'),
  ];
  const space = await alice.founds('Old friends');
  await joinsFrom(hub.name, space, alice, bob);
  using before = await Watcher.of(bob);
  await joinsAsOnceBefore(hub, space, alice, carol);
  await before.sees('member.joined', ({ member }) => member.user.id === carol.account.id);
  await home.stop();
  await home.start();
  await untilSeen(bob, space, 'alice', 'bob', 'carol');
  await Promise.all([hub.stop(), home.stop()]);
});
