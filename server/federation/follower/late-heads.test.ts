import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { canonical } from '@folkmoot/conformance-tests/puppet/keys.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { FollowerScene } from '../../testing/follower-scene.ts';

let network: TestNetwork;
let b: Awaited<ReturnType<TestNetwork['homeserver']>>;

before(async () => {
  network = await TestNetwork.open();
  b = await network.homeserver();
});
after(() => network[Symbol.asyncDispose]());

test('[FOL-2] a channel that was made while the hub was asked for its channels stays', async () => {
  using at = await FollowerScene.open(network, b);
  const { hub, watcher } = at;
  const heads = () =>
    [...hub.streams].map(([stream, lines]) => {
      const { epoch, seq, hash } = lines.at(-1)!;
      return { stream, epoch, seq, hash };
    });
  const made = `c_${'made'.padEnd(26, 'a')}`;
  let answered = () => {};
  const isAnswered = new Promise<void>((resolve) => (answered = resolve));
  hub.instead = (path) => {
    if (path !== `/spaces/${hub.space}`) return undefined;
    const owner = hub.owner.id;
    const profile = { kind: 'community', name: 'Puppets', description: '', owner, hub: hub.name, created: Date.now() };
    const genesis = hub.streams.get('_')![0]!.text;
    const summary = { v: 1, space: hub.space, profile, member_count: 2, genesis, streams: heads() };
    const channel = { kind: 'text', name: 'made', topic: '', parent: null, order: 1, slow_mode: 0, overrides: [] };
    hub.add(made, 'channel.create', channel);
    hub.pushHeads();
    return watcher
      .sees('channel.created', (d) => d.channel.id === made)
      .then(() => {
        hub.instead = undefined;
        setImmediate(answered);
        return { body: canonical(summary) };
      });
  };
  // Of a channel that is not here, so that the hub is asked.
  const notice = {
    spaces: [{ space: hub.space, heads: [{ stream: `c_${'z'.repeat(26)}`, head: `1.0.${'A'.repeat(43)}` }] }],
  };
  await hub.puppet.says(b.name, { target: '/federation/v1/notify', body: canonical(notice) });
  await isAnswered;
  for (const word of ['one', 'two', 'three']) {
    hub.push(made, hub.add(made, 'message.create', { content: word }));
    hub.push(hub.channel, hub.says(`${word} elsewhere`));
    await watcher.sees('message.created', ({ message }) => message.content === `${word} elsewhere`);
  }
  await watcher.sees('message.created', ({ message }) => message.content === 'three');
  assert.ok(!watcher.events.some(({ t }) => t === 'channel.deleted'));
  assert.ok(watcher.state?.spaces[0]?.channels.some(({ id }) => id === made));
});
