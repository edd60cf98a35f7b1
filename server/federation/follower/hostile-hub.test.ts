import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { listMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { type Person, person } from '../../testing/people.ts';
import { PuppetHub } from '../../testing/puppet-hub.ts';
import { Watcher } from '../../testing/watching.ts';

let network: TestNetwork;
let b: Awaited<ReturnType<TestNetwork['homeserver']>>;

before(async () => {
  network = await TestNetwork.open();
  b = await network.homeserver();
});
after(() => network[Symbol.asyncDispose]());

interface Scene extends Disposable {
  hub: PuppetHub;
  bob: Person;
  space: Space;
  watcher: Watcher;
  /** The texts that bob reads in the channel. */
  reads(): Promise<string[]>;
  sees(...contents: string[]): Promise<void>;
}

/** Bob of b has joined the community of a puppet, and watches. */
async function scene(): Promise<Scene> {
  const hub = await PuppetHub.open(network);
  const bob = await person(b.url);
  const space = await bob.client.call(joinByInvite, { params: { code: hub.code }, body: { via: hub.name } });
  const watcher = await Watcher.of(bob);
  await hub.untilLive();
  const params = { space: space.id, channel: hub.channel };
  const reads = async () =>
    (await bob.client.call(listMessages, { params, query: { limit: 100 } })).messages.map(({ content }) => content);
  return {
    hub,
    bob,
    space,
    watcher,
    reads,
    async sees(...contents) {
      await watcher.sees('message.created', ({ message }) => message.content === contents.at(-1));
      assert.deepEqual(seenIn(watcher), contents);
    },
    [Symbol.dispose]: () => watcher[Symbol.dispose](),
  };
}

const seenIn = ({ events }: Watcher) =>
  events.flatMap((event) => (event.t === 'message.created' ? [event.d.message.content] : []));

test('[FOL-3] what is pushed with a gap is asked for, and shown in its order (F95)', async () => {
  using at = await scene();
  const { hub } = at;
  const [, , third] = [hub.says('one'), hub.says('two'), hub.says('three')];
  hub.push(hub.channel, third);
  await at.sees('one', 'two', 'three');
});

test('[FOL-3] what is pushed again is shown once (F96)', async () => {
  using at = await scene();
  const { hub } = at;
  const first = hub.says('one');
  for (let n = 0; n < 3; n++) hub.push(hub.channel, first);
  const second = hub.says('two');
  hub.push(hub.channel, first, second);
  hub.push(hub.channel, second);
  hub.push(hub.channel, hub.says('three'));
  await at.sees('one', 'two', 'three');
  assert.deepEqual(await at.reads(), ['one', 'two', 'three']);
});

test('[FOL-3] a shuffled push is read in the order of the hub (F97)', async () => {
  using at = await scene();
  const { hub } = at;
  const [one, two, three] = [hub.says('one'), hub.says('two'), hub.says('three')];
  hub.push(hub.channel, three, one, two);
  hub.push(hub.channel, two, one);
  await at.sees('one', 'two', 'three');
});
