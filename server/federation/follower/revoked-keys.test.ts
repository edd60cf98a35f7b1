import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { listMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import nacl from 'tweetnacl';
import { TestNetwork } from '../../testing/federated.ts';
import { FollowerScene } from '../../testing/follower-scene.ts';
import { type Person, person } from '../../testing/people.ts';
import type { Key } from '@folkmoot/conformance-tests/puppet/keys.ts';
import { Puppet } from '../../testing/puppet.ts';
import type { PuppetHub } from '../../testing/puppet-hub.ts';
import { PuppetUser } from '../../testing/puppet-user.ts';

let network: TestNetwork;
let b: Awaited<ReturnType<TestNetwork['homeserver']>>;

before(async () => {
  network = await TestNetwork.open();
  b = await network.homeserver();
});
after(() => network[Symbol.asyncDispose]());

/** Who is shown as the author of each message. */
async function authors(who: Person, hub: PuppetHub): Promise<string[][]> {
  const params = { space: hub.space, channel: hub.channel };
  const { messages } = await who.client.call(listMessages, { params, query: { limit: 100 } });
  return messages.map(({ content, author }) => [content, author.display_name]);
}

/** Signs with another key from now on; the one before was stolen. */
function revokes(home: Puppet): Key {
  const stolen = home.signing;
  home.old = [{ key: stolen, revoked: Date.now() }];
  home.signing = nacl.sign.keyPair();
  home.serial++;
  return stolen;
}

test('[KEY-11] a hub with a revoked key of a home speaks for nobody there, whatever time it writes', async () => {
  using at = await FollowerScene.open(network, b);
  const { hub, bob } = at;
  const third = await Puppet.open(network);
  const carol = new PuppetUser(third, 'carol');
  hub.push('_', hub.admits(carol));
  const before = Date.now() - 1;
  hub.push(hub.channel, hub.relaysAs(third.signing, carol, 'before'));
  await at.sees('before');
  const stolen = revokes(third);
  assert.equal((await third.says(b.name)).status, 200);
  hub.push(
    hub.channel,
    hub.relaysAs(stolen, carol, 'forged'),
    hub.relaysAs(stolen, carol, 'dated back', { ts: before }),
  );
  hub.push(hub.channel, hub.relaysAs(third.signing, carol, 'after'));
  await at.sees('before', 'forged', 'dated back', 'after');
  const shown = [
    ['before', 'carol'],
    ['forged', 'Unattributed'],
    ['dated back', 'Unattributed'],
    ['after', 'carol'],
  ];
  assert.deepEqual(await authors(bob, hub), shown);
});

test('[KEY-11] who comes later believes of a revoked key what the hub took before, and nothing after', async () => {
  const third = await Puppet.open(network);
  const carol = new PuppetUser(third, 'carol');
  using at = await FollowerScene.open(network, b, (hub) => {
    hub.admits(carol);
    hub.relaysAs(third.signing, carol, 'before');
    const stolen = revokes(third);
    hub.relaysAs(stolen, carol, 'forged', { ts: Date.now() + 1 });
    hub.relaysAs(third.signing, carol, 'after', { ts: Date.now() + 2 });
  });
  const shown = [
    ['before', 'carol'],
    ['forged', 'Unattributed'],
    ['after', 'carol'],
  ];
  while ((await authors(at.bob, at.hub)).length < shown.length) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(await authors(at.bob, at.hub), shown);
});

test('[KEY-11] a hub with a revoked key of this homeserver speaks for nobody here', async () => {
  const own = await network.homeserver();
  using at = await FollowerScene.open(network, own);
  const { hub, bob } = at;
  const { ownKeys, keys } = own.homeserver;
  const stolen = nacl.sign.keyPair.fromSeed(keys.signing.exportSecret());
  const { before } = await ownKeys.rotate();
  await ownKeys.revoke(before);
  const actor = { id: bob.account.id, home: own.name, next: () => 1_000 };
  hub.push(hub.channel, hub.relaysAs(stolen, actor, 'I owe you money', { ts: Date.now() - 60_000 }));
  await at.sees('I owe you money');
  assert.deepEqual(await authors(bob, hub), [['I owe you money', 'Unattributed']]);
});

test('[KEY-11] what a homeserver missed while it was away still counts where it hears of the revocation with it', async () => {
  const third = await Puppet.open(network);
  const carol = new PuppetUser(third, 'carol');
  using at = await FollowerScene.open(network, b);
  const { hub } = at;
  hub.push('_', hub.admits(carol));
  hub.push(hub.channel, hub.relaysAs(third.signing, carol, 'here'));
  await at.sees('here');
  hub.relaysAs(third.signing, carol, 'missed');
  revokes(third);
  hub.push(hub.channel, hub.relaysAs(third.signing, carol, 'after'));
  await at.sees('here', 'missed', 'after');
  const late = await person(b.url);
  await late.client.call(joinByInvite, { params: { code: hub.code }, body: { via: hub.name } });
  assert.deepEqual(
    (await authors(late, hub)).map(([, author]) => author),
    ['carol', 'carol', 'carol'],
  );
});
