import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '@folkmoot/protocol-spec/client/api-error.ts';
import { createInvite, joinByInvite, previewInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { setOverride } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { kickMember, listMembers } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import * as messages from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { takeRole } from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import { leaveSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { OpeningState } from '@folkmoot/protocol-spec/schemas/gateway/events.ts';
import type { Message } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { across, joinsFrom } from '../testing/across.ts';
import { gives, newChannel, newRole, opens } from '../testing/community.ts';
import { TestNetwork } from '../testing/federated.ts';
import { type Person, person, talkOf } from '../testing/people.ts';
import { Watcher } from '../testing/watching.ts';

const spaceIn = (state: OpeningState | undefined, id: string) => state?.spaces.find((space) => space.id === id);

test('[FOL-1] somebody joins a community of another homeserver by its link, and messages cross in both directions', async () => {
  await using network = await TestNetwork.open();
  const [a, b] = [await network.homeserver(), await network.homeserver()];
  const [alice, bob] = [await person(a.url, 'alice'), await person(b.url, 'bob')];
  const founded = await alice.founds('Across');
  await alice.says(founded, 'before anybody came');
  const { code } = await alice.client.call(createInvite, { params: { space: founded.id }, body: {} });
  const preview = await bob.client.call(previewInvite, { params: { code }, query: { via: a.name } });
  assert.deepEqual([preview.space.name, preview.inviter, preview.member], ['Across', 'alice', false]);
  const joined = await bob.client.call(joinByInvite, { params: { code }, body: { via: a.name } });
  assert.deepEqual([joined.id, joined.name, joined.hub, joined.member_count], [founded.id, 'Across', a.name, 2]);
  using atAlice = await Watcher.of(alice);
  using atBob = await Watcher.of(bob);
  const { channel } = talkOf(founded);
  const hello = await bob.says(joined, 'hello from b');
  await atAlice.seesMessage(hello.id, channel);
  const answer = await alice.says(founded, 'hello from a');
  await atBob.seesMessage(answer.id, channel);
  const read = async (who: Person) =>
    (await who.reads(joined)).map(({ content, author }) => [author.handle, author.home ?? null, content]);
  assert.deepEqual(await read(bob), [
    ['alice', a.name, 'before anybody came'],
    ['bob', null, 'hello from b'],
    ['alice', a.name, 'hello from a'],
  ]);
  assert.deepEqual(await read(alice), [
    ['alice', null, 'before anybody came'],
    ['bob', b.name, 'hello from b'],
    ['alice', null, 'hello from a'],
  ]);
  const members = await bob.client.call(listMembers, { params: { space: joined.id }, query: {} });
  assert.equal(members.members.length, 2);
});

test('[FOL-2] edits, reactions, pins and deletions cross, and both homeservers show the same', async () => {
  await using network = await TestNetwork.open();
  const { alice, bob, space } = await across(network);
  using atAlice = await Watcher.of(alice);
  using atBob = await Watcher.of(bob);
  const talk = talkOf(space);
  const [first, second] = [await bob.says(space, 'first'), await alice.says(space, 'second')];
  const at = ({ id: message }: Message) => ({ ...talk, message });
  await bob.client.call(messages.editMessage, { params: at(first), body: { content: 'first, edited' } });
  await atAlice.sees('message.updated', (event) => event.content === 'first, edited');
  await alice.client.call(messages.addReaction, { params: { ...at(first), emoji: '👍' } });
  await atBob.sees('reaction.added', (event) => event.user === alice.account.id);
  await bob.client.call(messages.addReaction, { params: { ...at(second), emoji: '🎉' } });
  await atAlice.sees('reaction.added', (event) => event.user === bob.account.id);
  await alice.client.call(messages.pinMessage, { params: at(first) });
  await atBob.sees('pin.added', (event) => event.message === first.id);
  const shown = async (who: Person) =>
    (await who.reads(space)).map(({ id, content, reactions, pinned }) => ({
      id,
      content,
      pinned,
      reactions: reactions.map(({ emoji, count }) => [emoji, count]),
    }));
  assert.deepEqual(await shown(bob), await shown(alice));
  assert.deepEqual((await shown(bob))[0], {
    id: first.id,
    content: 'first, edited',
    pinned: true,
    reactions: [['👍', 1]],
  });
  await bob.client.call(messages.deleteMessage, { params: at(first) });
  await atAlice.sees('message.deleted', (event) => event.messages.includes(first.id));
  await alice.client.call(messages.deleteMessage, { params: at(second) });
  await atBob.sees('message.deleted', (event) => event.messages.includes(second.id));
  assert.deepEqual([await shown(bob), await shown(alice)], [[], []]);
  await assert.rejects(
    bob.client.call(messages.editMessage, { params: at(second), body: { content: 'too late' } }),
    (error) => error instanceof ApiError && error.code === 'not_found',
  );
});

test('[FOL-2] a private channel appears with the role that may see it, and disappears with it', async () => {
  await using network = await TestNetwork.open();
  const { alice, bob, space } = await across(network);
  using atBob = await Watcher.of(bob);
  const role = await newRole(alice, space, { name: 'Inner circle' });
  const secret = await newChannel(alice, space, 'secret', { private: true });
  await alice.client.call(messages.sendMessage, {
    params: { space: space.id, channel: secret.id },
    body: { content: 'nobody at b sees this yet' },
  });
  const open = await alice.says(space, 'everybody sees this');
  await atBob.seesMessage(open.id, open.channel);
  assert.ok(!JSON.stringify([atBob.events, await opens(bob, space)]).includes(secret.id));

  await alice.client.call(setOverride, {
    params: { space: space.id, channel: secret.id, target: role.id },
    body: { allow: ['channel.view', 'message.history', 'message.send'], deny: [] },
  });
  await gives(alice, space, role, bob);
  await atBob.sees('channel.created', (event) => event.channel.id === secret.id);
  const inside = { params: { space: space.id, channel: secret.id } };
  const said = await bob.client.call(messages.sendMessage, { ...inside, body: { content: 'inside' } });
  await atBob.seesMessage(said.id, secret.id);
  await bob.client.call(messages.listMessages, { ...inside, query: {} });

  await alice.client.call(takeRole, { params: { space: space.id, user: bob.account.id, role: role.id } });
  await atBob.sees('channel.deleted', (event) => event.channel === secret.id);
  const after = await alice.says(space, 'after');
  await atBob.seesMessage(after.id, after.channel);
  await assert.rejects(
    bob.client.call(messages.listMessages, { ...inside, query: {} }),
    (error) => error instanceof ApiError && error.code === 'not_found',
  );
});

test('[FOL-2] who is kicked or leaves is out at both homeservers, and may come back', async () => {
  await using network = await TestNetwork.open();
  const { hub, alice, bob, space } = await across(network);
  using atAlice = await Watcher.of(alice);
  using atBob = await Watcher.of(bob);
  await alice.client.call(kickMember, { params: { space: space.id, user: bob.account.id }, body: {} });
  await atBob.sees('space.left', (event) => event.space === space.id && event.reason === 'kicked');
  await assert.rejects(bob.reads(space), (error) => error instanceof ApiError && error.code === 'not_found');
  const missed = await alice.says(space, 'while bob was away');

  const again = await joinsFrom(hub.name, space, alice, bob);
  assert.equal(again.member_count, 2);
  const back = await bob.says(space, 'back again');
  await atAlice.seesMessage(back.id, back.channel);
  assert.deepEqual((await bob.reads(space)).map(({ id }) => id).slice(-2), [missed.id, back.id]);

  await bob.client.call(leaveSpace, { params: { space: space.id } });
  await atBob.sees('space.left', (event) => event.space === space.id && event.reason === 'left');
  await atAlice.sees('member.left', (event) => event.user === bob.account.id);
});

test('[FOL-9] while the hub is away its history stays readable, and what was sent arrives once when it is back', async () => {
  await using network = await TestNetwork.open();
  const { hub, alice, bob, space } = await across(network);
  using atBob = await Watcher.of(bob);
  const before = await alice.says(space, 'before');
  await atBob.seesMessage(before.id, before.channel);
  await hub.stop();
  await atBob.sees('space.hub', (event) => event.state === 'away');
  assert.equal(spaceIn(atBob.state, space.id)?.hub_state, 'away');
  assert.equal((await opens(bob, space)).hub_state, 'away');
  assert.deepEqual(
    (await bob.reads(space)).map(({ content }) => content),
    ['before'],
  );
  const pending = (error: unknown) => error instanceof ApiError && error.code === 'pending';
  await assert.rejects(bob.says(space, 'sent while it was away'), pending);

  await hub.start();
  await atBob.sees('space.hub', (event) => event.state === 'here');
  await atBob.sees('message.created', ({ message }) => message.content === 'sent while it was away');
  const answer = await alice.says(space, 'welcome back');
  await atBob.seesMessage(answer.id, answer.channel);
  const contents = ['before', 'sent while it was away', 'welcome back'];
  for (const who of [alice, bob])
    assert.deepEqual(
      (await who.reads(space)).map(({ content }) => content),
      contents,
    );
  assert.equal(spaceIn(atBob.state, space.id)?.hub_state, undefined);
});

test('[FOL-10] who is typing is seen at the other homeserver', async () => {
  await using network = await TestNetwork.open();
  const { alice, bob, space } = await across(network);
  using atAlice = await Watcher.of(alice);
  using atBob = await Watcher.of(bob);
  const params = talkOf(space);
  const hello = await alice.says(space, 'hello');
  await atBob.seesMessage(hello.id, hello.channel);
  await bob.client.call(messages.startTyping, { params });
  await atAlice.sees('typing.started', ({ user }) => user.id === bob.account.id && user.home !== undefined);
  await alice.client.call(messages.startTyping, { params });
  await atBob.sees('typing.started', ({ user }) => user.id === alice.account.id);
  const typing = ({ events }: Watcher) => events.filter(({ t }) => t === 'typing.started').length;
  const last = await alice.says(space, 'the last one');
  for (const watcher of [atAlice, atBob]) await watcher.seesMessage(last.id, last.channel);
  assert.deepEqual([typing(atAlice), typing(atBob)], [2, 2]);
});
