import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonical } from '@folkmoot/conformance-tests/puppet/keys.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { FollowerScene } from '../../testing/follower-scene.ts';
import { ChannelPast } from './channel-past.ts';

test('a hub that has no time for the member list is asked again when it said', async () => {
  await using network = await TestNetwork.open();
  const home = await network.homeserver();
  let refused = 0;
  using at = await FollowerScene.open(network, home, (hub) => {
    hub.instead = (path) => {
      if (path !== `/spaces/${hub.space}/members` || refused === 2) return undefined;
      refused++;
      return { status: 429, body: canonical({ code: 'rate_limited', message: 'Not now.', retry: 50 }) };
    };
  });
  const isWhole = ({ spaces }: Awaited<ReturnType<typeof at.shown>>) => spaces.every(({ stage }) => stage === 'whole');
  await at.untilShown(isWhole);
  assert.equal(refused, 2);
});

test('many who want the same of the past wait for one answer', async () => {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let looked = 0;
  const read = () => {
    looked++;
    return promise;
  };
  const past = new ChannelPast('s_1', {} as never, { database: { read } } as never);
  const wanted = { before: '1.500', limit: 300, pages: 3 };
  const asked = [past.fetch('c_1', wanted), past.fetch('c_1', { ...wanted }), past.fetch('c_1', wanted)];
  const others = [past.fetch('c_2', wanted), past.fetch('c_1', { ...wanted, before: '1.400' })];
  resolve(undefined);
  assert.deepEqual(await Promise.all([...asked, ...others]), [false, false, false, false, false]);
  assert.equal(looked, 3);
  await past.fetch('c_1', wanted);
  assert.equal(looked, 4);
});
