import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestNetwork } from '../testing/federated.ts';
import { Puppet } from '../testing/puppet.ts';
import { BodiesUnderWay } from './bodies-under-way.ts';

test('[SIG-9] whoever holds many bodies back before their ends is refused more of them', async () => {
  await using network = await TestNetwork.open();
  const a = await network.homeserver();
  const puppet = await Puppet.open(network);
  const target = `/federation/v1/spaces/s_${'a'.repeat(32)}/streams/_/heal`;
  const body = 'x'.repeat(2 * 1024 * 1024);
  const under = Array.from({ length: 6 }, () => puppet.begins(a.name, { target, body, contentType: 'text/plain' }));
  const first = await Promise.race(under);
  assert.deepEqual([first.status, first.code], [429, 'busy']);
  assert.ok(Number(first.body['retry']) > 0);

  for (const one of under) {
    one.catch(() => undefined);
    one.drop();
  }
  while ((await puppet.says(a.name, { target, body, contentType: 'text/plain' })).code === 'busy') continue;
  assert.equal((await puppet.says(a.name)).status, 200);
});

test('where all are too many those of the network that sends most are refused', () => {
  const bodies = new BodiesUnderWay({ ofNetwork: 100, inAll: 150 });
  const refused: string[] = [];
  const begin = (network: string, name: string) => bodies.begin(network, ({ code }) => refused.push(`${name} ${code}`));
  const [loud, louder, quiet] = [begin('one', 'loud'), begin('one', 'louder'), begin('two', 'quiet')];
  loud.take(40);
  louder.take(50);
  quiet.take(30);
  assert.deepEqual(refused, []);
  begin('three', 'third').take(40);
  assert.deepEqual(refused, ['louder busy']);
  louder.take(1_000);
  begin('one', 'again').take(61);
  assert.deepEqual(refused, ['louder busy', 'again busy']);
  loud.end();
  begin('one', 'anew').take(80);
  assert.deepEqual(refused.length, 2);
});
