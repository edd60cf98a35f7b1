import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TestNetwork } from '../../testing/federated.ts';
import { FollowerScene } from '../../testing/follower-scene.ts';
import { canonical } from '@folkmoot/conformance-tests/puppet/keys.ts';
import { findFollow } from './follows-store.ts';

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

test('[REP-8] a hub whose list of members goes in circles is asked for it no more', async () => {
  let asked = 0;
  using at = await FollowerScene.open(network, b, (hub) => {
    hub.instead = (path) => {
      if (path !== `/spaces/${hub.space}/members`) return undefined;
      asked++;
      return { body: `${canonical({ checkpoint: hub.checkpoint('_'), next: hub.owner.id })}\n` };
    };
  });
  const { database } = b.homeserver;
  const stage = async () => (await database.read((reader) => reader.get(findFollow, { space: at.hub.space })))?.stage;
  while ((await stage()) !== 'whole') await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(asked, 2);
});

test('[FOL-13] a hub that says without end that there is more to erase is asked no more once it names nothing', async () => {
  const asked: number[] = [];
  using at = await FollowerScene.open(network, b);
  const { hub } = at;
  hub.push(hub.channel, hub.says('to be erased'));
  await at.sees('to be erased');
  hub.instead = (path, query) => {
    if (path !== '/erasures') return undefined;
    const after = Number(query.get('after'));
    asked.push(after);
    const erased = Array.from({ length: 950 }, (_, seq) => `1.${seq + 1}`);
    const erasures = asked.length === 1 ? [{ space: hub.space, stream: hub.channel, erased }] : [];
    return { body: canonical({ erasures, next: after + 1, more: true }) };
  };
  hub.breakOff();
  while ((await at.reads()).includes('to be erased')) await new Promise((resolve) => setTimeout(resolve, 20));
  await hub.untilLive();
  hub.push(hub.channel, hub.says('goes on'));
  await at.sees('to be erased', 'goes on');
  assert.ok(asked.length <= 2, asked.join());
});

test('[LIVE-6] a frame with more lines than fit into one ends the connection, and costs nothing else', async () => {
  using at = await FollowerScene.open(network, b);
  const { hub } = at;
  const before = hub.connections;
  hub.send(`${canonical({ op: 'lines', space: hub.space, stream: hub.channel })}${'\n'.repeat(5_000)}`);
  while (hub.connections === before) await new Promise((resolve) => setTimeout(resolve, 20));
  await hub.untilLive();
  hub.push(hub.channel, hub.says('goes on'));
  await at.sees('goes on');
});
