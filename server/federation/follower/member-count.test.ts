import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TestNetwork } from '../../testing/federated.ts';
import { FollowerScene } from '../../testing/follower-scene.ts';
import { Puppet } from '../../testing/puppet.ts';
import type { PuppetHub } from '../../testing/puppet-hub.ts';
import { PuppetUser } from '../../testing/puppet-user.ts';
import { Watcher } from '../../testing/watching.ts';

let network: TestNetwork;
let home: Awaited<ReturnType<TestNetwork['homeserver']>>;
let elsewhere: Puppet;

before(async () => {
  network = await TestNetwork.open();
  home = await network.homeserver();
  elsewhere = await Puppet.open(network);
});
after(() => network[Symbol.asyncDispose]());

function joins(hub: PuppetHub, handle: string) {
  return hub.admits(new PuppetUser(elsewhere, handle));
}

const countOf = ({ hub }: FollowerScene, { state }: Watcher) =>
  state?.spaces.find(({ id }) => id === hub.space)?.member_count;

let compared = 0;

/** What bob was told comes to this count, and whoever opens now is told the same. */
async function counts(at: FollowerScene, count: number): Promise<void> {
  await at.watcher.until(() => countOf(at, at.watcher) === count);
  const sentinel = `compared ${++compared} times`;
  at.hub.push('_', at.hub.add('_', 'space.update', { description: sentinel }));
  await at.watcher.sees('space.updated', ({ space }) => space.description === sentinel);
  using fresh = await Watcher.of(at.bob);
  assert.deepEqual(at.watcher.state, fresh.state);
}

test('[FOL-2] [GW-7] a hub that counts its members otherwise is believed, and everybody is told', async () => {
  using at = await FollowerScene.open(network, home);
  const { hub } = at;
  await counts(at, 2);
  hub.memberCount = 7;
  hub.pushHeads();
  await counts(at, 7);
  hub.push('_', joins(hub, 'carol'));
  await counts(at, 8);
});

test('[FOL-2] [GW-7] a count of another place than the one that is here is passed over', async () => {
  using at = await FollowerScene.open(network, home);
  const { hub } = at;
  const heads = hub.headsText(40);
  hub.push('_', joins(hub, 'carol'));
  await counts(at, 3);
  hub.send(heads);
  hub.push(hub.channel, hub.says('after the old count'));
  await at.sees('after the old count');
  await counts(at, 3);
});

test('[FOL-2] [GW-7] whoever joins while others do is told how many they are in the end', async () => {
  let late = 0;
  using at = await FollowerScene.open(network, home, (hub) => {
    hub.isLive = false;
    hub.instead = (path) => {
      if (path !== `/spaces/${hub.space}/streams/_/state` || late === 3) return undefined;
      joins(hub, `late${late++}`);
      joins(hub, `late${late++}`);
      joins(hub, `late${late++}`);
      hub.isLive = true;
      return undefined;
    };
  });
  await counts(at, 5);
});
