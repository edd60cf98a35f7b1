import assert from 'node:assert/strict';
import { test } from 'node:test';
import { removeOverride, setOverride } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { deleteMessage, sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { listSpaces } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { sql } from '../../storage/query.ts';
import { across, joinsFrom } from '../../testing/across.ts';
import { gives, newChannel, newRole } from '../../testing/community.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { FollowerScene } from '../../testing/follower-scene.ts';
import { person } from '../../testing/people.ts';
import { canonical } from '@folkmoot/conformance-tests/puppet/keys.ts';
import { PuppetHub } from '../../testing/puppet-hub.ts';
import { Watcher } from '../../testing/watching.ts';
import { followingOf } from './following.ts';

test('[FOL-2] three homeservers: each sees what users of the two others say, under their names', async () => {
  await using network = await TestNetwork.open();
  const { hub, alice, bob, space } = await across(network);
  const c = await network.homeserver();
  const carol = await person(c.url, 'carol');
  using atBob = await Watcher.of(bob);
  await joinsFrom(hub.name, space, alice, carol);
  using atCarol = await Watcher.of(carol);
  const fromCarol = await carol.says(space, 'from c');
  await atBob.seesMessage(fromCarol.id, fromCarol.channel);
  const fromBob = await bob.says(space, 'from b');
  await atCarol.seesMessage(fromBob.id, fromBob.channel);
  const authors = (await bob.reads(space)).map(({ author }) => [author.handle, author.home ?? 'b']);
  assert.deepEqual(authors, [
    ['carol', c.name],
    [bob.account.handle, 'b'],
  ]);
});

test('[KEY-8] a hub that changes its signing key in the middle is followed without a break', async () => {
  await using network = await TestNetwork.open();
  const [a, b] = [await network.homeserver(), await network.homeserver()];
  const [alice, bob] = [await person(a.url), await person(b.url)];
  const space = await alice.founds('Rotating');
  await alice.says(space, 'signed with the first key');
  await joinsFrom(a.name, space, alice, bob);
  using atBob = await Watcher.of(bob);
  await a.homeserver.ownKeys.rotate();
  const said = await alice.says(space, 'signed with the second key');
  await atBob.seesMessage(said.id, said.channel);
  const contents = (await bob.reads(space)).map(({ content }) => content);
  assert.deepEqual(contents, ['signed with the first key', 'signed with the second key']);
  const { stopped } = await b.homeserver.database.read((reader) => followingOf(reader, a.name));
  assert.deepEqual(stopped, []);
});

test('[FOL-2] two users of one homeserver see what each may see', async () => {
  await using network = await TestNetwork.open();
  const { hub, home, alice, bob, space } = await across(network);
  const dora = await person(home.url, 'dora');
  const role = await newRole(alice, space, { name: 'Staff', permissions: ['channel.view', 'channel.manage'] });
  const secret = await newChannel(alice, space, 'staff', { private: true });
  using atBob = await Watcher.of(bob);
  const joined = await joinsFrom(hub.name, space, alice, dora);
  assert.equal(joined.member_count, 3);
  await atBob.sees('member.joined', ({ member }) => member.user.id === dora.account.id);
  using atDora = await Watcher.of(dora);
  await alice.client.call(setOverride, {
    params: { space: space.id, channel: secret.id, target: role.id },
    body: { allow: ['channel.view', 'message.history', 'message.send'], deny: [] },
  });
  await gives(alice, space, role, dora);
  await atDora.sees('channel.created', ({ channel }) => channel.id === secret.id);
  const params = { space: space.id, channel: secret.id };
  const said = await alice.client.call(sendMessage, { params, body: { content: 'for the staff' } });
  await atDora.seesMessage(said.id, secret.id);
  const open = await alice.says(space, 'for everybody');
  await atBob.seesMessage(open.id, open.channel);
  assert.ok(!JSON.stringify([atBob.state, atBob.events]).includes(secret.id));
});

test('[LIVE-8] without a live connection a notice makes the follower ask', async () => {
  await using network = await TestNetwork.open();
  const b = await network.homeserver();
  const hub = await PuppetHub.open(network);
  hub.isLive = false;
  const bob = await person(b.url);
  await bob.client.call(joinByInvite, { params: { code: hub.code }, body: { via: hub.name } });
  using watcher = await Watcher.of(bob);
  const { epoch, seq, hash } = hub.says('noticed');
  const heads = [{ stream: hub.channel, head: `${epoch}.${seq}.${hash}` }];
  const body = canonical({ spaces: [{ space: hub.space, heads }] });
  const { status } = await hub.puppet.says(b.name, { target: '/federation/v1/notify', body });
  assert.equal(status, 200);
  await watcher.sees('message.created', ({ message }) => message.content === 'noticed');
  const stranger = await PuppetHub.open(network);
  assert.equal((await stranger.puppet.says(b.name, { target: '/federation/v1/notify', body })).status, 200);
});

test('[LIVE-6] a live connection that breaks is opened again, and nothing is missed', async () => {
  await using network = await TestNetwork.open();
  const b = await network.homeserver();
  using at = await FollowerScene.open(network, b);
  const { hub } = at;
  hub.push(hub.channel, hub.says('one'));
  await at.sees('one');
  hub.breakOff();
  hub.says('two');
  await hub.untilLive();
  await at.sees('one', 'two');
});

test('[FOL-1] a space that nobody here asked for is not taken', async () => {
  await using network = await TestNetwork.open();
  const b = await network.homeserver();
  using at = await FollowerScene.open(network, b);
  const other = await PuppetHub.open(network);
  const streams = Object.fromEntries(
    [...other.streams].map(([stream, lines]) => {
      const { epoch, seq, hash } = lines.at(-1)!;
      return [stream, `${epoch}.${seq}.${hash}`];
    }),
  );
  at.hub.send(canonical({ op: 'heads', space: other.space, member_count: 1, streams }));
  const [genesis] = other.streams.get('_')!;
  at.hub.send(`${canonical({ op: 'lines', space: other.space, stream: '_' })}\n${genesis!.text}`);
  at.hub.push(at.hub.channel, at.hub.says('afterwards'));
  await at.sees('afterwards');
  const { spaces } = await at.bob.client.call(listSpaces, {});
  assert.deepEqual(
    spaces.map(({ id }) => id),
    [at.space.id],
  );
  assert.deepEqual(other.asked, []);
});

test('[FOL-13] what was erased in a channel that nobody here sees any more is erased here too', async () => {
  await using network = await TestNetwork.open();
  const { home, alice, bob, space } = await across(network);
  const secret = await newChannel(alice, space, 'secret', { private: true });
  const override = { params: { space: space.id, channel: secret.id, target: bob.account.id } };
  using atBob = await Watcher.of(bob);
  await alice.client.call(setOverride, { ...override, body: { allow: ['channel.view', 'message.history'], deny: [] } });
  await atBob.sees('channel.created', ({ channel }) => channel.id === secret.id);
  const params = { space: space.id, channel: secret.id };
  const said = await alice.client.call(sendMessage, { params, body: { content: 'a secret to be erased' } });
  await atBob.seesMessage(said.id, secret.id);
  await alice.client.call(removeOverride, override);
  await atBob.sees('channel.deleted', ({ channel }) => channel === secret.id);
  await alice.client.call(deleteMessage, { params: { ...params, message: said.id } });
  const isKept = async () => {
    const kept = await home.homeserver.database.read((reader) =>
      reader.select(sql.selectFrom('lines').select('payload').where('payload', 'like', '%a secret to be erased%')),
    );
    return kept.length > 0;
  };
  assert.ok(await isKept());
  await home.stop();
  await home.start();
  while (await isKept()) await new Promise((resolve) => setTimeout(resolve, 20));
});

test('[FED-9] a hub that an admin blocks is not followed until the block is lifted', async () => {
  await using network = await TestNetwork.open();
  const b = await network.homeserver();
  using at = await FollowerScene.open(network, b);
  const { hub } = at;
  await b.homeserver.federation!.block(hub.name, null);
  await at.watcher.sees('space.hub', ({ state }) => state === 'away');
  hub.push(hub.channel, hub.says('blocked'));
  assert.deepEqual(await at.reads(), []);
  await b.homeserver.federation!.allow(hub.name);
  await at.watcher.sees('space.hub', ({ state }) => state === 'here');
  await at.sees('blocked');
});
