import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  blockServer,
  listBlockedServers,
  unblockServer,
} from '@folkmoot/protocol-spec/schemas/client/blocked-servers.ts';
import { removeOverride, setOverride } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { kickMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { giveRole, takeRole } from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import { sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import type { Channel } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { newChannel, newRole, opens, refused } from '../../testing/community.ts';
import { TestHub } from '../../testing/hub.ts';
import { Puppet } from '../../testing/puppet.ts';
import { PuppetUser } from '../../testing/puppet-user.ts';

let hub: TestHub;

before(async () => {
  hub = await TestHub.open();
});
after(() => hub[Symbol.asyncDispose]());

const everyPath = (channel: string) =>
  ['events', 'state', 'checkpoint'].flatMap((rest) => [hub.streamPath(channel, rest)]);
const spacePaths = () => [`/spaces/${hub.space.id}`, `/spaces/${hub.space.id}/members`, ...everyPath('_')];
const says = (channel: Channel, content: string) =>
  hub.alice.client.call(sendMessage, { params: { space: hub.space.id, channel: channel.id }, body: { content } });
/** Hidden from everyone, and shown to one target or to none. */
async function shows(channel: Channel, target: string, shown: boolean): Promise<void> {
  const place = { space: hub.space.id, channel: channel.id };
  const set = (who: string, allow: 'channel.view'[], deny: 'channel.view'[]) =>
    hub.alice.client.call(setOverride, { params: { ...place, target: who }, body: { allow, deny } });
  if (shown) return void (await set(target, ['channel.view'], []));
  await set('everyone', [], ['channel.view']);
  await hub.alice.client.call(removeOverride, { params: { ...place, target } }).catch(() => undefined);
}

/** Refused, and with the same words as for what does not exist. */
async function assertNothingThere(path: string, puppet = hub.puppet): Promise<void> {
  const missing = `/spaces/s_${'a'.repeat(32)}`;
  const [there, nowhere] = [await hub.gets(path, puppet), await hub.gets(missing, puppet)];
  const { server_time: _, ...said } = there.body;
  const { server_time: __, ...same } = nowhere.body;
  assert.deepEqual([there.status, said], [404, same], path);
}

test('[VIS-2] a server without members gets nothing, and cannot tell whether there is something (F117)', async () => {
  const stranger = await Puppet.open(hub.network);
  for (const path of [...spacePaths(), ...everyPath(hub.talk.channel)]) await assertNothingThere(path, stranger);
});

test('[VIS-1] a channel that no user of a server sees is not there for it, nor in anything else (F118)', async () => {
  const secret = await newChannel(hub.alice, hub.space, 'hush-hush', { private: true });
  await says(secret, 'between us');
  for (const path of everyPath(secret.id)) await assertNothingThere(path);
  for (const path of [...spacePaths(), ...hub.space.channels.flatMap(({ id }) => everyPath(id))]) {
    const { body, lines } = await hub.gets(path);
    const text = JSON.stringify(body) + lines.join();
    assert.ok(!text.includes(secret.id) && !text.includes('hush-hush') && !text.includes('between us'), path);
  }
});

test('[VIS-1] one member who may see it is enough, by role or by name, as long as it lasts', async () => {
  const secret = await newChannel(hub.alice, hub.space, 'painters', { private: true });
  const role = await newRole(hub.alice, hub.space, { name: 'Painter', rank: 3 });
  const params = { space: hub.space.id, user: hub.bob.id, role: role.id };
  await shows(secret, role.id, true);
  await assertNothingThere(hub.streamPath(secret.id));
  await hub.alice.client.call(giveRole, { params });
  assert.equal((await hub.gets(hub.streamPath(secret.id))).status, 200);
  await hub.alice.client.call(takeRole, { params });
  await assertNothingThere(hub.streamPath(secret.id));
  await shows(secret, hub.bob.id, true);
  assert.equal((await hub.gets(hub.streamPath(secret.id))).status, 200);
  await shows(secret, hub.bob.id, false);
  await assertNothingThere(hub.streamPath(secret.id));
});

test('[VIS-3] what was said while a channel was hidden comes as hashes only, for ever (F119)', async () => {
  const room = await newChannel(hub.alice, hub.space, 'sometimes');
  await says(room, 'before');
  await shows(room, hub.bob.id, false);
  await says(room, 'while hidden');
  await assertNothingThere(hub.streamPath(room.id));
  await says(room, 'still hidden');
  await shows(room, hub.bob.id, true);
  await says(room, 'after');
  const { lines } = await hub.gets(hub.streamPath(room.id));
  const kinds = lines.map((line) => {
    const { ev, hid } = JSON.parse(line) as { ev?: { type: string }; hid?: { seq: number } };
    return ev?.type ?? (hid ? 'hidden' : '?');
  });
  assert.deepEqual(kinds, [
    'channel.create',
    'message.create',
    'channel.update',
    'hidden',
    'hidden',
    'channel.update',
    'message.create',
  ]);
  assert.ok(!lines.join().includes('hidden"') && !lines.join().includes('while') && !lines.join().includes('still'));
  const hashes = lines.map((line) => (JSON.parse(line) as { hid?: { hash: string } }).hid?.hash);
  const following = (JSON.parse(lines[5]!) as { ev: { prev: string } }).ev.prev;
  assert.equal(hashes[4], following, 'the event after them proves the last of them');
  const backwards = await hub.gets(`${hub.streamPath(room.id)}?before=1.6&limit=4`);
  assert.deepEqual(backwards.lines, lines.slice(2, 6));
});

test('[VIS-4] a server whose last member was removed reads of it, and nothing later', async () => {
  const puppet = await Puppet.open(hub.network);
  const carol = new PuppetUser(puppet, 'carol');
  await hub.joins(carol);
  const { lines: before } = await hub.gets(hub.streamPath('_'), puppet);
  const { channel } = hub.talk;
  await hub.alice.client.call(kickMember, { params: { space: hub.space.id, user: carol.id }, body: {} });
  await newRole(hub.alice, hub.space, { name: 'Later', rank: 2 });
  const { lines: then } = await hub.gets(hub.streamPath('_'), puppet);
  assert.deepEqual(then.slice(0, before.length), before);
  assert.deepEqual(
    then.slice(before.length).map((line) => (JSON.parse(line) as { ev: { type: string } }).ev.type),
    ['member.kick'],
  );
  for (const path of [`/spaces/${hub.space.id}`, hub.streamPath('_', 'state'), hub.streamPath(channel)])
    await assertNothingThere(path, puppet);
  await hub.joins(carol);
  assert.equal((await hub.gets(`/spaces/${hub.space.id}`, puppet)).status, 200);
  assert.equal((await hub.gets(hub.streamPath(channel), puppet)).status, 200);
});

test('[VIS-5] [MOD-6] a server that the community blocks gets nothing of it, and its users are no members (F136, F137)', async () => {
  const [puppet, other] = [await Puppet.open(hub.network), await Puppet.open(hub.network)];
  const carol = new PuppetUser(puppet, 'carol');
  await hub.joins(carol);
  const { member_count: count } = await opens(hub.alice, hub.space);
  const params = { space: hub.space.id, server: puppet.name };
  await hub.alice.client.call(blockServer, { params, body: { reason: 'spam' } });
  assert.equal((await opens(hub.alice, hub.space)).member_count, count - 1);
  const { servers } = await hub.alice.client.call(listBlockedServers, { params: { space: hub.space.id } });
  assert.deepEqual(
    servers.map(({ server, by, reason }) => [server, by.id, reason]),
    [[puppet.name, hub.alice.account.id, 'spam']],
  );

  const invite = await hub.invite();
  for (const path of [...spacePaths(), ...everyPath(hub.talk.channel)]) {
    const { status, code } = await hub.gets(path, puppet);
    assert.deepEqual([status, code], [403, 'server_blocked'], path);
  }
  assert.equal((await hub.gets('/erasures', puppet)).status, 200);
  const blockedCode = async (intent: object, by = puppet) => (await by.intends(hub.a.name, intent))['code'];
  assert.equal(await blockedCode(carol.joining(hub.a.name, hub.space.id, invite)), 'server_blocked');
  const { channel } = hub.talk;
  const message = () => carol.intent(hub.a.name, hub.space.id, channel, 'message.create', { content: 'x' });
  assert.equal(await blockedCode(message()), 'server_blocked');
  assert.equal(await blockedCode(message(), other), 'wrong_origin');

  await hub.alice.client.call(unblockServer, { params });
  await hub.joins(carol);
  const own = { space: hub.space.id, server: hub.a.name };
  assert.equal(await refused(hub.alice.client.call(blockServer, { params: own, body: {} })), 'forbidden');
});
