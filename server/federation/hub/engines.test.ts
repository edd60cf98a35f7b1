import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockServer } from '@folkmoot/protocol-spec/schemas/client/blocked-servers.ts';
import { removeOverride, setOverride } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { deleteMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { newChannel } from '../../testing/community.ts';
import { engines } from '../../testing/engines.ts';
import { TestHub } from '../../testing/hub.ts';

for (const engine of engines) {
  test(`${engine.name}: a hub tells a follower what it may see, and nothing else`, async (t) => {
    const fresh = await engine.fresh(t);
    if (!fresh) return;
    await using hub = await TestHub.open(fresh.url ? { FOLKMOOT_DATABASE: fresh.url } : {});
    const room = await newChannel(hub.alice, hub.space, 'room');
    const target = { space: hub.space.id, channel: room.id, target: 'everyone' };
    const typesOf = async () =>
      (await hub.gets(hub.streamPath(room.id))).lines.map((line) => Object.keys(JSON.parse(line)).join());
    assert.deepEqual(await typesOf(), ['ev,p']);
    await hub.alice.client.call(setOverride, { params: target, body: { allow: [], deny: ['channel.view'] } });
    assert.equal((await hub.gets(hub.streamPath(room.id))).status, 404);
    await hub.alice.client.call(removeOverride, { params: target });
    assert.deepEqual(await typesOf(), ['ev,p', 'ev,p', 'ev,p']);

    const said = await hub.bob.says(hub.a.name, hub.talk, 'hello');
    assert.equal(said['ok'], true);
    const message = `${Number(said['epoch'])}.${Number(said['seq'])}`;
    await hub.alice.client.call(deleteMessage, { params: { ...hub.talk, message } });
    const { body } = await hub.gets('/erasures');
    assert.deepEqual(body['erasures'], [{ space: hub.space.id, stream: hub.talk.channel, erased: [message] }]);
    for (const path of [hub.streamPath('_', 'state'), `/spaces/${hub.space.id}/members`])
      assert.ok(
        (await hub.gets(path)).lines.some((line) => line.includes(hub.bob.id)),
        path,
      );
    await hub.alice.client.call(blockServer, {
      params: { space: hub.space.id, server: hub.puppet.name },
      body: {},
    });
    assert.equal((await hub.gets(`/spaces/${hub.space.id}`)).status, 403);
  });
}
