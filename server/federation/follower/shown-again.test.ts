import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { listMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { FollowerScene } from '../../testing/follower-scene.ts';
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

const body = { content: 'said once' };

/** Carol of a third homeserver, who is a member, and what she asked for once. */
function carolOf(third: Puppet, hub: PuppetHub): { intent: object } {
  const carol = new PuppetUser(third, 'carol');
  hub.admits(carol);
  return { intent: carol.intent(hub.name, hub.space, hub.channel, 'message.create', body) };
}

async function untilRead(at: FollowerScene, contents: string[]): Promise<string[]> {
  const params = { space: at.space.id, channel: at.hub.channel };
  for (;;) {
    const { messages } = await at.bob.client.call(listMessages, { params, query: { limit: 100 } });
    if (messages.length >= contents.length) {
      assert.deepEqual(
        messages.map(({ content }) => content),
        contents,
      );
      return messages.map(({ author }) => author.display_name);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('[STR-18] what was asked for once counts once in a page of the past', async () => {
  const third = await Puppet.open(network);
  using at = await FollowerScene.open(network, b, (hub) => {
    const asked = carolOf(third, hub);
    for (let n = 0; n < 3; n++) hub.add(hub.channel, 'message.create', body, asked);
  });
  const shown = await untilRead(at, ['said once', 'said once', 'said once']);
  assert.deepEqual(shown, ['carol', 'Unattributed', 'Unattributed']);
});

test('[STR-18] what was asked for once counts once where it comes again as new', async () => {
  const third = await Puppet.open(network);
  using at = await FollowerScene.open(network, b);
  const { hub } = at;
  const asked = carolOf(third, hub);
  hub.push('_', ...hub.streams.get('_')!.slice(-1));
  hub.push(hub.channel, hub.add(hub.channel, 'message.create', body, asked));
  hub.push(hub.channel, hub.add(hub.channel, 'message.create', body, asked));
  assert.deepEqual(await untilRead(at, ['said once', 'said once']), ['carol', 'Unattributed']);
});
