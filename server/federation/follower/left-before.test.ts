import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { leaveSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { FollowerScene } from '../../testing/follower-scene.ts';
import { type Person, person } from '../../testing/people.ts';
import { canonical } from '@folkmoot/conformance-tests/puppet/keys.ts';
import { Watcher } from '../../testing/watching.ts';

let network: TestNetwork;
let b: Awaited<ReturnType<TestNetwork['homeserver']>>;

before(async () => {
  network = await TestNetwork.open();
  b = await network.homeserver();
});
after(() => network[Symbol.asyncDispose]());

async function spacesOf(who: Person): Promise<string[]> {
  using watcher = await Watcher.of(who);
  return watcher.state!.spaces.map(({ id }) => id);
}

test('[FOL-16] who has left is no member again because a hub says so when somebody else joins', async () => {
  using at = await FollowerScene.open(network, b);
  const { hub, bob } = at;
  const of = { params: { code: hub.code }, body: { via: hub.name } };
  /** What it says is the case: all who ever came. */
  hub.instead = (path) => {
    if (!path.endsWith('/streams/_/state')) return undefined;
    const state = hub.streams.get('_')!.filter(({ text }) => !text.includes('"type":"member.leave"'));
    const header = { checkpoint: hub.checkpoint('_', state), members: 0, next: null };
    return { body: `${[canonical(header), ...state.map(({ text }) => text)].join('\n')}\n` };
  };
  const leaves = async (who: Person) => {
    await who.client.call(leaveSpace, { params: { space: hub.space } });
    await at.untilShown(({ spaces }) => spaces.length === 0);
  };
  await leaves(bob);
  assert.deepEqual(await spacesOf(bob), []);
  for (const next of [await person(b.url), await person(b.url)]) {
    await next.client.call(joinByInvite, of);
    assert.deepEqual([await spacesOf(next), await spacesOf(bob)], [[hub.space], []]);
    await leaves(next);
  }
  await bob.client.call(joinByInvite, of);
  assert.deepEqual(await spacesOf(bob), [hub.space]);
});
