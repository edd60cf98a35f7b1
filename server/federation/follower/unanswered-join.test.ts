import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { canonical } from '@folkmoot/conformance-tests/puppet/keys.ts';
import { joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { codeOf } from '../../testing/bots.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { person } from '../../testing/people.ts';
import { PuppetHub } from '../../testing/puppet-hub.ts';
import { Watcher } from '../../testing/watching.ts';
import { followingOf } from './following.ts';

let network: TestNetwork;
let b: Awaited<ReturnType<TestNetwork['homeserver']>>;

before(async () => {
  network = await TestNetwork.open();
  b = await network.homeserver();
});
after(() => network[Symbol.asyncDispose]());

const followed = (hub: string) => b.homeserver.database.read((reader) => followingOf(reader, hub));

for (const isLive of [false, true])
  test(`[FOL-15] a join that the hub took and whose answer was lost is followed${isLive ? ' as soon as the hub connects' : ''}`, async () => {
    const hub = await PuppetHub.open(network);
    const bob = await person(b.url);
    using watcher = await Watcher.of(bob);
    hub.isLive = false;
    hub.losesAnswer = (path) => path === '/intents';
    // Asked for where it is, it does not answer before it is back.
    hub.instead = (path) => (path === `/spaces/${hub.space}` ? { status: 503, body: '' } : undefined);
    const joining = bob.client.call(joinByInvite, { params: { code: hub.code }, body: { via: hub.name } });
    assert.equal(await codeOf(joining), 'hub_away');
    assert.deepEqual(watcher.state?.spaces, []);
    hub.isLive = isLive;
    if (!isLive) hub.instead = undefined;
    await watcher.sees('space.joined', ({ space }) => space.id === hub.space);
    hub.instead = undefined;
    hub.isLive = true;
    await hub.untilLive();
    hub.push(hub.channel, hub.says('there you are'));
    await watcher.sees('message.created', ({ message }) => message.content === 'there you are');
  });

test('[FOL-15] a join that the hub did not take is forgotten, and nothing of the space is followed', async () => {
  const hub = await PuppetHub.open(network);
  const bob = await person(b.url);
  const unknown = { status: 404, body: canonical({ code: 'not_found', message: 'There is nothing here.' }) };
  hub.isLive = false;
  let asked = 0;
  hub.instead = (path) => {
    if (path === '/intents') return { status: 500, body: '' };
    if (path !== `/spaces/${hub.space}`) return undefined;
    asked++;
    return unknown;
  };
  const joining = bob.client.call(joinByInvite, { params: { code: hub.code }, body: { via: hub.name } });
  assert.equal(await codeOf(joining), 'hub_away');
  assert.equal((await followed(hub.name)).spaces.length, 1);
  while ((await followed(hub.name)).spaces.length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(asked, 2);
});
