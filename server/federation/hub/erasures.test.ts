import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteChannel, setOverride } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { deleteMessage, sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { deleteSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Erasure } from '@folkmoot/protocol-spec/schemas/federation/erasures.ts';
import { newChannel } from '../../testing/community.ts';
import { TestHub } from '../../testing/hub.ts';
import { Puppet } from '../../testing/puppet.ts';

test('[REP-9] a server learns what was erased, also where it may not look any more', async () => {
  await using hub = await TestHub.open();
  const erasures = async (after = 0, puppet = hub.puppet) => {
    const { body } = await puppet.gets(hub.a.name, `/erasures?after=${after}`);
    return body as unknown as { erasures: Erasure[]; next: number; more: boolean };
  };
  const [secret, seen] = [
    await newChannel(hub.alice, hub.space, 'secret', { private: true }),
    await newChannel(hub.alice, hub.space, 'seen'),
  ];
  const says = async (channel: string) => {
    const params = { space: hub.space.id, channel };
    const { id } = await hub.alice.client.call(sendMessage, { params, body: { content: 'to be erased' } });
    return id;
  };
  const erases = (channel: string, message: string) =>
    hub.alice.client.call(deleteMessage, { params: { space: hub.space.id, channel, message } });

  const first = await says(seen.id);
  const second = await says(seen.id);
  await erases(seen.id, first);
  await erases(secret.id, await says(secret.id));
  const start = await erasures();
  assert.deepEqual(start.erasures, [{ space: hub.space.id, stream: seen.id, erased: [first] }]);

  const target = { space: hub.space.id, channel: seen.id, target: 'everyone' };
  await hub.alice.client.call(setOverride, { params: target, body: { allow: [], deny: ['channel.view'] } });
  await erases(seen.id, second);
  await hub.alice.client.call(deleteChannel, { params: { space: hub.space.id, channel: seen.id } });
  const then = await erasures(start.next);
  assert.deepEqual(
    then.erasures.map(({ stream, erased }) => [stream, erased]),
    [
      [seen.id, [second]],
      [seen.id, 'all'],
    ],
  );
  await hub.alice.client.call(deleteSpace, { params: { space: hub.space.id } });
  const last = await erasures(then.next);
  assert.ok(last.erasures.some(({ stream, erased }) => stream === hub.talk.channel && erased === 'all'));
  assert.ok(!JSON.stringify([start, then, last]).includes(secret.id));
  assert.deepEqual((await erasures(last.next)).erasures, []);
  const stranger = await Puppet.open(hub.network);
  assert.deepEqual((await erasures(0, stranger)).erasures, []);
});
