import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TestNetwork } from '../../testing/federated.ts';
import { FollowerScene } from '../../testing/follower-scene.ts';
import { canonical } from '@folkmoot/conformance-tests/puppet/keys.ts';

let network: TestNetwork;
let b: Awaited<ReturnType<TestNetwork['homeserver']>>;

before(async () => {
  network = await TestNetwork.open();
  b = await network.homeserver();
});
after(() => network[Symbol.asyncDispose]());

const letters = 'abcdefghijklmnopqrstuvwxyz';
const channels = [...letters].flatMap((one) => [...letters].map((two) => `c_${`${one}${two}`.padEnd(26, 'a')}`));

test('[LIVE-8] notices of streams that nobody knows make one question and not one for each', async () => {
  using at = await FollowerScene.open(network, b);
  const { hub } = at;
  const before = hub.asked.length;
  const head = `1.7.${'A'.repeat(43)}`;
  const heads = channels.map((stream) => ({ stream, head }));
  const body = canonical({ spaces: [{ space: hub.space, heads }] });
  for (let n = 0; n < 5; n++) await hub.puppet.says(b.name, { target: '/federation/v1/notify', body });
  hub.push(hub.channel, hub.says('goes on'));
  await at.sees('goes on');
  const questions = hub.asked.slice(before).filter((line) => line === `GET /spaces/${hub.space}`);
  assert.ok(questions.length <= 12, `${questions.length} questions`);
});

test('[LIVE-6] what a hub repeats without end is dealt with once, and the rest goes on', async () => {
  using at = await FollowerScene.open(network, b);
  const { hub } = at;
  const before = hub.asked.length;
  for (let n = 0; n < 2_000; n++) {
    hub.pushHeads();
    hub.send(canonical({ op: 'restoring' }));
  }
  const typing = { space: hub.space, channel: hub.channel, user: hub.owner.id, kind: 'typing', ts: 1 };
  for (let n = 0; n < 500; n++)
    hub.send(canonical({ op: 'ephemeral', items: Array.from({ length: 100 }, () => typing) }));
  hub.push(hub.channel, hub.says('goes on'));
  await at.sees('goes on');
  const asked = hub.asked.slice(before).length;
  assert.ok(asked < 500, `${asked} requests`);
});
