import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { canonical } from '@folkmoot/conformance-tests/puppet/keys.ts';
import { joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { person } from '../../testing/people.ts';
import { PuppetHub } from '../../testing/puppet-hub.ts';
import { Watcher } from '../../testing/watching.ts';

let network: TestNetwork;
let b: Awaited<ReturnType<TestNetwork['homeserver']>>;

before(async () => {
  network = await TestNetwork.open();
  b = await network.homeserver();
});
after(() => network[Symbol.asyncDispose]());

test('[FOL-11] a community that a hub passes off as a direct message is not joined', async () => {
  const hub = await PuppetHub.open(network);
  let told = 'group';
  hub.instead = (path) => {
    if (path !== `/invites/${hub.code}`) return undefined;
    const space = { id: hub.space, kind: told, name: '', description: '', member_count: 1, hub: hub.name };
    return { body: canonical({ v: 1, invite: `n_${'a'.repeat(26)}`, space, inviter: 'owner', expires: null }) };
  };
  const bob = await person(b.url);
  const joins = () => bob.client.call(joinByInvite, { params: { code: hub.code }, body: { via: hub.name } });
  using watcher = await Watcher.of(bob);
  await assert.rejects(joins(), { code: 'invite_gone' });
  told = 'community';
  assert.equal((await joins()).id, hub.space);
  await watcher.sees('space.joined', ({ space }) => space.id === hub.space);
  assert.deepEqual(
    watcher.events.flatMap((event) => (event.t === 'space.joined' ? [event.d.space.kind] : [])),
    ['community'],
  );
  told = 'dm';
  const carol = await person(b.url);
  const asks = carol.client.call(joinByInvite, { params: { code: hub.code }, body: { via: hub.name } });
  await assert.rejects(asks, { code: 'invite_gone' });
});
