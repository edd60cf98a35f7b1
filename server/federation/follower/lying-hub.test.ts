import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { FollowerScene } from '../../testing/follower-scene.ts';

let network: TestNetwork;
let b: Awaited<ReturnType<TestNetwork['homeserver']>>;

before(async () => {
  network = await TestNetwork.open();
  b = await network.homeserver();
});
after(() => network[Symbol.asyncDispose]());

/** What bob is answered where the hub answers his message with this. */
async function answered(result: (hub: FollowerScene['hub'], intent: { id: string }) => object) {
  using at = await FollowerScene.open(network, b);
  const { hub, bob } = at;
  hub.take = (intent) => result(hub, intent);
  const params = { space: at.space.id, channel: hub.channel };
  return bob.client.call(sendMessage, { params, body: { content: 'hello' } }).then(
    () => 'said',
    ({ status, code }: { status?: number; code?: string }) => `${status} ${code}`,
  );
}

test('[PEND-2] a hub that claims to have taken a message, and names no place, or the place of another event', async () => {
  assert.equal(await answered((_, { id }) => ({ id, ok: true })), '404 not_found');
  const genesis = await answered((hub, { id }) => {
    const { epoch, seq, hash } = hub.streams.get(hub.channel)![0]!;
    return { id, ok: true, epoch, seq, hash };
  });
  assert.match(genesis, /^(404 not_found|202 pending)$/);
});

test('[STR-25] a hub that puts a message where it does not belong, or spoils what it adds to it', async () => {
  const spoiled = await answered((hub, intent) => {
    const { epoch, seq, hash } = hub.add(
      hub.channel,
      'message.create',
      { content: 'hello' },
      { intent, hub: { mentions: 7 } },
    );
    hub.push(hub.channel, hub.streams.get(hub.channel)!.at(-1)!);
    return { id: intent.id, ok: true, epoch, seq, hash };
  });
  assert.match(spoiled, /^(404 not_found|202 pending)$/);
});
