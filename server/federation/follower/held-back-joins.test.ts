import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { canonical } from '@folkmoot/conformance-tests/puppet/keys.ts';
import { cursorOf } from '@folkmoot/conformance-tests/puppet/puppet-line.ts';
import { joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { listMembers } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { leaveSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { Restartable } from '../../testing/across.ts';
import { codeOf } from '../../testing/bots.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { FollowerScene } from '../../testing/follower-scene.ts';
import { type Person, person } from '../../testing/people.ts';
import { PuppetHub, type PuppetIntent } from '../../testing/puppet-hub.ts';
import { Watcher } from '../../testing/watching.ts';
import { followingOf } from './following.ts';

let network: TestNetwork;
let b: Awaited<ReturnType<TestNetwork['homeserver']>>;

before(async () => {
  network = await TestNetwork.open();
  b = await network.homeserver();
});
after(() => network[Symbol.asyncDispose]());

const joins = (who: Person, hub: PuppetHub) =>
  who.client.call(joinByInvite, { params: { code: hub.code }, body: { via: hub.name } });
const refused = ({ id }: PuppetIntent) => ({ id, ok: false, status: 403, code: 'forbidden', message: 'No.' });

/** The line of a join that was asked for, as late as the hub likes. */
const used = (hub: PuppetHub, intent: PuppetIntent) => hub.add('_', 'member.join', intent.body, { intent });

async function leaving(hub: PuppetHub): Promise<PuppetIntent> {
  const { promise, resolve } = Promise.withResolvers<PuppetIntent>();
  hub.take = (intent) => {
    const { epoch, seq, hash } = hub.add(intent.stream, intent.type, intent.body, { intent });
    if (intent.type === 'member.leave') resolve(intent);
    return { id: intent.id, ok: true, epoch, seq, hash };
  };
  return promise;
}

async function spacesOf(who: Person): Promise<string[]> {
  using watcher = await Watcher.of(who);
  return watcher.state!.spaces.map(({ id }) => id);
}

test('[FOL-18] a join that the hub refused and uses later makes nobody a member, and is taken back', async () => {
  using at = await FollowerScene.open(network, b);
  const { hub } = at;
  const dora = await person(b.url);
  let held: PuppetIntent | undefined;
  hub.takeJoin = (intent) => refused((held = intent));
  assert.equal(await codeOf(joins(dora, hub)), 'forbidden');
  using atDora = await Watcher.of(dora);
  const left = leaving(hub);
  hub.push('_', used(hub, held!));
  hub.push(hub.channel, hub.says('after that'));
  await at.sees('after that');
  assert.deepEqual([atDora.state?.spaces, await spacesOf(dora)], [[], []]);
  assert.equal((await left).type, 'member.leave');
  // Whoever asks again is a member again.
  hub.takeJoin = undefined;
  assert.equal((await joins(dora, hub)).id, hub.space);
  assert.deepEqual(await spacesOf(dora), [hub.space]);
});

test('[FOL-18] a join from before another one that somebody has left since is none', async () => {
  using at = await FollowerScene.open(network, b);
  const { hub } = at;
  const dora = await person(b.url);
  let held: PuppetIntent | undefined;
  hub.takeJoin = (intent) => refused((held = intent));
  assert.equal(await codeOf(joins(dora, hub)), 'forbidden');
  hub.takeJoin = undefined;
  await joins(dora, hub);
  using atDora = await Watcher.of(dora);
  await dora.client.call(leaveSpace, { params: { space: hub.space } });
  await atDora.sees('space.left', ({ space }) => space === hub.space);
  hub.push('_', used(hub, held!));
  hub.push(hub.channel, hub.says('after that'));
  await at.sees('after that');
  assert.deepEqual(await spacesOf(dora), []);
});

test('[FOL-18] so is one whose answer was lost, once they were members by another one and left', async () => {
  using at = await FollowerScene.open(network, b);
  const { hub } = at;
  const dora = await person(b.url);
  let held: PuppetIntent | undefined;
  hub.takeJoin = (intent) => {
    held = intent;
    return {};
  };
  hub.losesAnswer = (path) => path === '/intents';
  assert.equal(await codeOf(joins(dora, hub)), 'hub_away');
  hub.losesAnswer = undefined;
  hub.takeJoin = undefined;
  // The hub is left alone for a moment after it did not answer.
  while ((await joins(dora, hub).catch(() => undefined)) === undefined) await new Promise((r) => setTimeout(r, 100));
  using atDora = await Watcher.of(dora);
  await dora.client.call(leaveSpace, { params: { space: hub.space } });
  await atDora.sees('space.left', ({ space }) => space === hub.space);
  hub.push('_', used(hub, held!));
  hub.push(hub.channel, hub.says('after that'));
  await at.sees('after that');
  assert.deepEqual(await spacesOf(dora), []);
});

test('[FOL-18] where nobody follows the space, the hub is told too', async () => {
  const hub = await PuppetHub.open(network);
  const dora = await person(b.url);
  let held: PuppetIntent | undefined;
  hub.isLive = false;
  hub.takeJoin = (intent) => refused((held = intent));
  assert.equal(await codeOf(joins(dora, hub)), 'forbidden');
  const left = leaving(hub);
  const head = cursorOf(used(hub, held!));
  const notice = canonical({ spaces: [{ space: hub.space, heads: [{ stream: '_', head }] }] });
  const said = await hub.puppet.says(b.name, { target: '/federation/v1/notify', body: notice });
  assert.equal(said.status, 200);
  assert.equal((await left).type, 'member.leave');
  assert.deepEqual(await spacesOf(dora), []);
});

test('[FOL-18] so is one that is used a day later, when it is not remembered any more', async () => {
  const hub = await PuppetHub.open(network);
  let ago = 26 * 3_600_000;
  const home = await network.homeserver({ clock: { now: () => Date.now() - ago } });
  const dora = await person(home.url);
  let held: PuppetIntent | undefined;
  hub.takeJoin = (intent) => refused((held = intent));
  assert.equal(await codeOf(joins(dora, hub)), 'forbidden');
  ago = 0;
  const { committer, ownJoins } = home.homeserver;
  await committer.commit((tx) => ownJoins.forgetOver(tx));
  hub.takeJoin = undefined;
  const bob = await person(home.url);
  while ((await joins(bob, hub).catch(() => undefined)) === undefined) await new Promise((r) => setTimeout(r, 100));
  using atBob = await Watcher.of(bob);
  await hub.untilLive();
  const left = leaving(hub);
  hub.push('_', used(hub, held!));
  hub.push(hub.channel, hub.says('after that'));
  await atBob.sees('message.created', ({ message }) => message.content === 'after that');
  assert.equal((await left).type, 'member.leave');
  const { members } = await bob.client.call(listMembers, { params: { space: hub.space }, query: {} });
  assert.ok(members.every(({ user }) => user.id !== dora.account.id));
});

test('[FOL-11] [FOL-15] a join that waited over a restart is checked for what was told about the space', async () => {
  const home = await Restartable.start(network);
  for (const told of ['group', 'community']) {
    const hub = await PuppetHub.open(network);
    hub.isLive = false;
    hub.losesAnswer = (path) => path === '/intents';
    hub.instead = (path) => {
      if (path === `/spaces/${hub.space}`) return { status: 503, body: '' };
      if (path !== `/invites/${hub.code}`) return undefined;
      const space = { id: hub.space, kind: told, name: '', description: '', member_count: 1, hub: hub.name };
      return { body: canonical({ v: 1, invite: `n_${'a'.repeat(26)}`, space, inviter: 'owner', expires: null }) };
    };
    const dora = await person(home.url);
    assert.equal(await codeOf(joins(dora, hub)), 'hub_away');
    await home.stop();
    await home.start();
    hub.instead = undefined;
    hub.isLive = true;
    const followed = async () =>
      (await home.homeserver.database.read((reader) => followingOf(reader, hub.name))).spaces.length;
    const expected = told === 'community' ? [hub.space] : [];
    while ((await followed()) !== expected.length || String(await spacesOf(dora)) !== String(expected))
      await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await home.stop();
});
