import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { canonical } from '@folkmoot/conformance-tests/puppet/keys.ts';
import { Refusal } from '../../base/errors.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { FollowerScene } from '../../testing/follower-scene.ts';
import { Puppet } from '../../testing/puppet.ts';
import { headOf, RestoredHub } from '../../testing/restored-hub.ts';
import { HealTurns } from './heal-turns.ts';

let network: TestNetwork;
before(async () => {
  network = await TestNetwork.open();
});
after(() => network[Symbol.asyncDispose]());

const isBusy = (error: unknown) =>
  error instanceof Refusal && error.code === 'busy' && error.details['retry'] === 1_000;

test('[HEAL-3] many followers hand back the same lines at once, each is taken once, and people read meanwhile', async () => {
  const texts = Array.from({ length: 120 }, (_, n) => `message ${n}`);
  const restored = await RestoredHub.open(network, texts);
  const { alice, space, lines } = restored;
  const puppets = await Promise.all(Array.from({ length: 8 }, () => Puppet.open(network)));
  /** As a follower does it: what comes after the head that it is told, until all is there. */
  const handsBack = async (puppet: Puppet) => {
    for (let from = 0; from < lines.length; ) {
      const page = lines.slice(from, from + 30);
      const said = await restored.heals(page, { puppet });
      assert.equal(said.status, 200, said.code);
      from = Number(headOf(said).split('.')[1]) + 1;
    }
  };
  const reading = alice.reads(space);
  await Promise.all(puppets.map(handsBack));
  await reading;
  assert.deepEqual(
    (await alice.reads(space)).map(({ content }) => content),
    texts.slice(-100),
  );
  assert.equal(restored.hub.homeserver.restoration.status().healed, texts.length);
  const { lines: now } = await restored.follower.gets(restored.hub.name, `${restored.path}/events?limit=200`);
  assert.deepEqual(now, lines);
});

test('[HEAL-3] one homeserver has so many turns, and all together so many bytes; then it is busy', async () => {
  const turns = new HealTurns({ ofServer: 2, bytes: 100 });
  const { promise: done, resolve: finish } = Promise.withResolvers<void>();
  const order: string[] = [];
  const work = (name: string) => async () => {
    await done;
    order.push(name);
  };
  const first = turns.run('a.example', 's c', 40, work('first'));
  const second = turns.run('a.example', 's c', 40, work('second'));
  await assert.rejects(turns.run('a.example', 's d', 1, work('third')), isBusy);
  await assert.rejects(turns.run('b.example', 's d', 30, work('large')), isBusy);
  const other = turns.run('b.example', 's d', 20, work('other'));
  finish();
  await Promise.all([first, second, other]);
  assert.deepEqual(
    order.filter((name) => name !== 'other'),
    ['first', 'second'],
  );
  await turns.run('a.example', 's c', 100, work('again'));
  assert.equal(order.at(-1), 'again');
});

test('[HEAL-1] a follower that is told that the hub is busy hands back later', async () => {
  const home = await network.homeserver();
  using at = await FollowerScene.open(network, home);
  const { hub } = at;
  hub.push(hub.channel, hub.says('kept by the follower'));
  await at.sees('kept by the follower');
  const refusals = new Map<string, number>();
  const { promise: isHealed, resolve: healed } = Promise.withResolvers<void>();
  hub.instead = (path) => {
    if (!path.endsWith('/heal')) return undefined;
    const count = (refusals.get(path) ?? 0) + 1;
    refusals.set(path, count);
    const busy = { code: 'busy', message: 'Too many at once.', retry: 10 };
    if (count <= 2) return { status: 429, body: canonical(busy) };
    if (refusals.size === 2 && [...refusals.values()].every((times) => times > 2)) healed();
    const { epoch, seq, hash } = hub.streams.get(path.includes(hub.channel) ? hub.channel : '_')!.at(-1)!;
    return { body: canonical({ head: { epoch, seq, hash } }) };
  };
  hub.send(canonical({ op: 'restoring' }));
  await isHealed;
  assert.deepEqual(
    [...refusals.values()].map((count) => count > 2),
    [true, true],
  );
});
