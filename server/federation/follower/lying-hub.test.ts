import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { FollowerScene } from '../../testing/follower-scene.ts';
import { canonical } from '@folkmoot/conformance-tests/puppet/keys.ts';

let network: TestNetwork;
/** It waits for hubs as long as all do; the other one does not. */
let patient: Awaited<ReturnType<TestNetwork['homeserver']>>;
let b: Awaited<ReturnType<TestNetwork['homeserver']>>;

before(async () => {
  network = await TestNetwork.open();
  patient = await network.homeserver();
  b = await network.homeserver({ hubWaitMs: 2_000 });
});
after(() => network[Symbol.asyncDispose]());

/** What bob is answered where the hub answers his message with this. */
async function answered(result: (hub: FollowerScene['hub'], intent: { id: string }) => object, home = b) {
  using at = await FollowerScene.open(network, home);
  const { hub, bob } = at;
  hub.take = (intent) => result(hub, intent);
  const params = { space: at.space.id, channel: hub.channel };
  return bob.client.call(sendMessage, { params, body: { content: 'hello' } }).then(
    () => 'said',
    ({ status, code }: { status?: number; code?: string }) => `${status} ${code}`,
  );
}

test('[PEND-2] a hub that claims to have taken a message, and names no place, or the place of another event', async () => {
  assert.equal(await answered((_, { id }) => ({ id, ok: true }), patient), '404 not_found');
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

test('[FOL-6] a hub that takes lines back again and again, and never has them, is left alone', async () => {
  using at = await FollowerScene.open(network, b);
  const { hub } = at;
  hub.push(hub.channel, hub.says('one'));
  await at.sees('one');
  const [first, last] = hub.streams.get(hub.channel)!;
  const headOf = ({ epoch, seq, hash } = first!) => ({ epoch, seq, hash });
  let healed = 0;
  hub.instead = (path) => {
    if (path.endsWith('/heal')) return { body: canonical({ head: headOf(healed++ % 2 === 0 ? first : last) }) };
    if (!path.endsWith('/events')) return undefined;
    return { status: 409, body: canonical({ code: 'cursor_ahead', message: 'It is behind.' }) };
  };
  const gap = hub.write(hub.channel, 'message.create', { content: 'three' }, { seq: 3 });
  hub.push(hub.channel, gap);
  const { stopped } = await at.untilShown((following) => following.stopped.length > 0);
  assert.deepEqual(
    stopped.map(({ stream, reason }) => [stream, reason]),
    [[hub.channel, 'suspect']],
  );
  assert.deepEqual(await at.reads(), ['one']);
  assert.ok(healed <= 4, `${healed}`);
});

test('[FOL-1] a hub that names more channels than there can be is not followed into them', async () => {
  using at = await FollowerScene.open(network, b);
  const { hub } = at;
  const before = hub.asked.length;
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  const cursor = `1.0.${'A'.repeat(43)}`;
  const streams: Record<string, string> = { _: cursor };
  for (const one of letters)
    for (const two of letters)
      for (const three of 'abcd') streams[`c_${`${one}${two}${three}`.padEnd(26, 'z')}`] = cursor;
  hub.send(canonical({ op: 'heads', space: hub.space, member_count: 2, streams }));
  hub.pushHeads();
  hub.push(hub.channel, hub.says('goes on'));
  await at.sees('goes on');
  assert.ok(hub.asked.length - before < 100, `${hub.asked.length - before}`);
});
