import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { listMembers } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { leaveSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { across, joinsFrom } from '../../testing/across.ts';
import { codeOf } from '../../testing/bots.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { FollowerScene } from '../../testing/follower-scene.ts';
import { type Person, person } from '../../testing/people.ts';
import type { PuppetIntent } from '../../testing/puppet-hub.ts';
import { Watcher } from '../../testing/watching.ts';
import { followingOf } from './following.ts';

let network: TestNetwork;
before(async () => {
  network = await TestNetwork.open();
});
after(() => network[Symbol.asyncDispose]());

const leaves = (who: Person, space: string) => who.client.call(leaveSpace, { params: { space } });

async function spacesOf(who: Person): Promise<string[]> {
  using watcher = await Watcher.of(who);
  assert.deepEqual(watcher.state?.pending, []);
  return watcher.state!.spaces.map(({ id }) => id);
}

test('[FOL-19] who leaves while the hub is away is out at once; the hub learns it when it is back', async () => {
  const { hub, home, alice, bob, space } = await across(network);
  const followed = async () =>
    (await home.homeserver.database.read((reader) => followingOf(reader, hub.name))).spaces.length;
  await hub.stop();
  using atBob = await Watcher.of(bob);
  await leaves(bob, space.id);
  await atBob.sees('space.left', (left) => left.space === space.id && left.reason === 'left');
  assert.deepEqual(await spacesOf(bob), []);
  while ((await followed()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(await codeOf(leaves(bob, space.id)), 'not_found');
  await home.stop();
  await home.start();
  assert.deepEqual(await spacesOf(bob), []);
  await hub.start();
  using atAlice = await Watcher.of(alice);
  await atAlice.until(() => atAlice.state?.spaces.find((one) => one.id === space.id && one.member_count === 1));
  // Whoever is invited again is a member again.
  await joinsFrom(hub.name, space, alice, bob);
  assert.deepEqual(await spacesOf(bob), [space.id]);
  await hub.stop();
  await home.stop();
});

test('[FOL-19] others of the same homeserver stay, and whoever left hears nothing more', async () => {
  const { hub, home, alice, bob, space } = await across(network);
  const carol = await person(home.url);
  await joinsFrom(hub.name, space, alice, carol);
  await hub.stop();
  using atBob = await Watcher.of(bob);
  using atCarol = await Watcher.of(carol);
  await leaves(bob, space.id);
  await atBob.sees('space.left', (left) => left.space === space.id);
  await hub.start();
  await atCarol.sees('member.left', ({ user }) => user === bob.account.id);
  const said = await alice.says(space, 'without him');
  await atCarol.sees('message.created', ({ message }) => message.id === said.id);
  const own = await bob.says(await bob.founds('Elsewhere'), 'on my own');
  await atBob.seesMessage(own.id, own.channel);
  assert.equal(atBob.events.filter(({ t }) => t === 'message.created').length, 1);
  await atCarol.until(() => atCarol.state?.spaces.find((one) => one.id === space.id && one.member_count === 2));
  await hub.stop();
  await home.stop();
});

test('[FOL-19] a hub that does not take it does not get anybody back, and a new join comes after the leaving', async () => {
  const home = await network.homeserver();
  using at = await FollowerScene.open(network, home);
  const { hub, bob } = at;
  const dora = await person(home.url);
  const joins = (who: Person) => who.client.call(joinByInvite, { params: { code: hub.code }, body: { via: hub.name } });
  await joins(dora);
  hub.take = ({ id, type }: PuppetIntent) => {
    assert.equal(type, 'member.leave');
    return { id, ok: false, status: 503, code: 'unavailable', message: 'Not now.' };
  };
  await leaves(bob, hub.space);
  await at.watcher.sees('space.left', (left) => left.space === hub.space);
  // It goes on to show him as a member, and nobody else notices.
  hub.pushHeads();
  hub.push(hub.channel, hub.says('still here?'));
  using atDora = await Watcher.of(dora);
  await atDora.until(() => atDora.state?.spaces.find((one) => one.channels.some(({ view }) => view.unread > 0)));
  const { members } = await dora.client.call(listMembers, { params: { space: hub.space }, query: {} });
  assert.ok(members.every(({ user }) => user.id !== bob.account.id));
  assert.equal(await codeOf(joins(bob)), 'hub_away');
  assert.deepEqual(await spacesOf(bob), []);
  hub.take = undefined;
  // The hub is left alone for a moment after it did not take something.
  while ((await joins(bob).catch(() => undefined)) === undefined) await new Promise((r) => setTimeout(r, 100));
  assert.deepEqual(await spacesOf(bob), [hub.space]);
  const ofBob = hub.streams.get('_')!.filter(({ text }) => text.includes(`"actor":"${bob.account.id}"`));
  assert.deepEqual(
    ofBob.map(({ text }) => /"type":"(member\.[a-z]+)"/.exec(text)?.[1]),
    ['member.join', 'member.leave', 'member.join'],
  );
});
