import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '@folkmoot/protocol-spec/client/api-error.ts';
import { joinByInvite, previewInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { listMembers } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import * as messages from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import type { Message, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createHttpClient } from '@folkmoot/protocol-spec/client/http-client.ts';
import { across, joinsFrom } from '../../testing/across.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { type Person, person, talkOf } from '../../testing/people.ts';
import { PuppetHub } from '../../testing/puppet-hub.ts';
import { Watcher } from '../../testing/watching.ts';

/** All messages of the first channel, page by page from the newest one back. */
async function scrollsBack(who: Person, space: Space, limit: number): Promise<Message[]> {
  const all: Message[] = [];
  for (;;) {
    const query = { limit, ...(all[0] ? { before: all[0].id } : {}) };
    const page = await who.client.call(messages.listMessages, { params: talkOf(space), query });
    all.unshift(...page.messages);
    if (!page.more_before) return all;
    assert.ok(page.messages.length > 0, 'there is more, and nothing comes');
  }
}

const plain = (all: Message[]) =>
  all.map(({ id, content, edited, reactions, pinned, reply_to }) => ({
    id,
    content,
    edited,
    pinned,
    reply_to,
    reactions: reactions.map(({ emoji, count }) => [emoji, count]),
  }));

test('[FOL-7] [FOL-12] who joins late scrolls back to the first message, with all that became of each', async () => {
  await using network = await TestNetwork.open();
  const [a, b] = [await network.homeserver(), await network.homeserver()];
  const [alice, bob] = [await person(a.url), await person(b.url)];
  const space = await alice.founds('Long history');
  const said: Message[] = [];
  for (let n = 0; n < 330; n++) said.push(await alice.says(space, `message ${n}`));
  const at = (n: number) => ({ params: { ...talkOf(space), message: said[n]!.id } });
  await alice.client.call(messages.editMessage, { ...at(3), body: { content: 'message 3, edited' } });
  await alice.client.call(messages.deleteMessage, at(5));
  await alice.client.call(messages.pinMessage, at(7));
  await alice.client.call(messages.addReaction, { params: { ...at(9).params, emoji: '👍' } });
  const joined = await joinsFrom(a.name, space, alice, bob);
  assert.deepEqual(plain(await scrollsBack(bob, joined, 40)), plain(await scrollsBack(alice, space, 40)));
  const around = await bob.client.call(messages.listMessages, {
    params: talkOf(space),
    query: { around: said[20]!.id, limit: 10 },
  });
  assert.equal(around.messages.length, 10);
  const { messages: pins } = await bob.client.call(messages.listPins, { params: talkOf(space) });
  assert.deepEqual(
    pins.map(({ content }) => content),
    ['message 7'],
  );
});

test('[FOL-7] a place in the distant past can be opened at once', async () => {
  await using network = await TestNetwork.open();
  const [a, b] = [await network.homeserver(), await network.homeserver()];
  const [alice, bob] = [await person(a.url), await person(b.url)];
  const space = await alice.founds('Links');
  const first = await alice.says(space, 'linked to');
  for (let n = 0; n < 250; n++) await alice.says(space, `message ${n}`);
  const joined = await joinsFrom(a.name, space, alice, bob);
  const page = await bob.client.call(messages.listMessages, {
    params: talkOf(joined),
    query: { around: first.id, limit: 4 },
  });
  assert.deepEqual([page.messages.map(({ content }) => content), page.more_after], [['linked to', 'message 0'], true]);
});

test('[FOL-1] the members of a large community come after the first screen, and authors of the past have names', async () => {
  await using network = await TestNetwork.open();
  const [a, b] = [await network.homeserver(), await network.homeserver()];
  const people: Person[] = [];
  for (let n = 0; n < 12; n++) people.push(await person(a.url));
  const [alice, guest] = people as [Person, Person];
  const bob = await person(b.url);
  const space = await alice.founds('Large');
  await alice.invites(space, ...people.slice(1));
  await guest.says(space, 'from a member');
  const joined = await joinsFrom(a.name, space, alice, bob);
  assert.equal(joined.member_count, 13);
  const [message] = await bob.reads(joined);
  assert.equal(message?.author.handle, guest.account.handle);
  using atBob = await Watcher.of(bob);
  const listed = async () => (await bob.client.call(listMembers, { params: { space: joined.id }, query: {} })).members;
  // Somebody says something until everybody is there: what is fetched in the background tells nobody.
  for (let n = 0; (await listed()).length < 13; n++) {
    const said = await alice.says(space, `${n}`);
    await atBob.seesMessage(said.id, said.channel);
  }
  assert.equal((await listed()).length, 13);
});

test('[FOL-2] what happened while the follower was down is there when it is back', async () => {
  await using network = await TestNetwork.open();
  const { home, alice, bob, space } = await across(network);
  await alice.says(space, 'before');
  await home.stop();
  const missed = await alice.says(space, 'while b was down');
  await alice.client.call(messages.addReaction, { params: { ...talkOf(space), message: missed.id, emoji: '👋' } });
  await home.start();
  using atBob = await Watcher.of(bob);
  const next = await alice.says(space, 'b is back');
  await atBob.seesMessage(next.id, next.channel);
  assert.deepEqual(
    (await bob.reads(space)).map(({ content, reactions }) => [content, reactions.length]),
    [
      ['before', 0],
      ['while b was down', 1],
      ['b is back', 0],
    ],
  );
});

test('[FOL-5] a message waits for the join that allowed it, and is shown in any case', async () => {
  await using network = await TestNetwork.open();
  const b = await network.homeserver();
  const hub = await PuppetHub.open(network);
  const bob = await person(b.url);
  await bob.client.call(joinByInvite, { params: { code: hub.code }, body: { via: hub.name } });
  using watcher = await Watcher.of(bob);
  await hub.untilLive();
  hub.add('_', 'space.update', { description: 'what allowed it' });
  hub.push(hub.channel, hub.says('after it'));
  await watcher.sees('message.created', ({ message }) => message.content === 'after it');
  const order = watcher.events.map(({ t }) => t).filter((t) => t === 'space.updated' || t === 'message.created');
  assert.deepEqual(order, ['space.updated', 'message.created']);
  hub.push(hub.channel, hub.says('its reason never comes', { auth: '1.500' }));
  await watcher.sees('message.created', ({ message }) => message.content === 'its reason never comes');
});

test('[FOL-10] a hub has nothing to say about what users of the follower do, nor about strangers (F143)', async () => {
  await using network = await TestNetwork.open();
  const b = await network.homeserver();
  const hub = await PuppetHub.open(network);
  const [bob, carol] = [await person(b.url), await person(b.url)];
  const via = { params: { code: hub.code }, body: { via: hub.name } };
  for (const who of [bob, carol]) await who.client.call(joinByInvite, via);
  using watcher = await Watcher.of(bob);
  await hub.untilLive();
  const { space, channel } = hub;
  const typing = (user: string, more: object = {}) => ({
    space,
    channel,
    user,
    kind: 'typing',
    ts: Date.now(),
    ...more,
  });
  const items = [
    typing(carol.account.id),
    typing(`u_${'b'.repeat(32)}`),
    typing(hub.owner.id, { channel: `c_${'b'.repeat(26)}` }),
    typing(hub.owner.id, { space: `s_${'b'.repeat(32)}` }),
    typing(hub.owner.id, { kind: 'com.example.waves' }),
    typing(hub.owner.id),
  ];
  for (const item of items) hub.send(JSON.stringify({ op: 'ephemeral', items: [item] }));
  hub.push(channel, hub.says('the last one'));
  await watcher.sees('typing.started');
  await watcher.sees('message.created');
  const seen = watcher.events.flatMap((event) => (event.t === 'typing.started' ? [event.d.user.id] : []));
  assert.deepEqual(seen, [hub.owner.id]);
});

test('[FOL-11] only users make their homeserver ask another one, and each failure has its code', async () => {
  await using network = await TestNetwork.open();
  const b = await network.homeserver();
  const hub = await PuppetHub.open(network);
  const bob = await person(b.url);
  const codeOf = async (asked: Promise<unknown>) => {
    try {
      await asked;
      return undefined;
    } catch (error) {
      return error instanceof ApiError ? error.code : error;
    }
  };
  const visitor = createHttpClient({ baseUrl: b.url });
  const preview = (client: Person['client'], code: string, via: string) =>
    codeOf(client.call(previewInvite, { params: { code }, query: { via } }));
  const unknown = 'A'.repeat(22);
  assert.equal(await preview(visitor, hub.code, hub.name), 'unauthenticated');
  assert.deepEqual(hub.asked, []);
  assert.equal(await preview(bob.client, unknown, hub.name), 'not_found');
  assert.equal(await preview(bob.client, hub.code, '127.0.0.1:1'), 'discovery_failed');
  assert.equal(await preview(bob.client, hub.code, '10.0.0.1'), 'bad_server_name');
  const joins = (via: string) => codeOf(bob.client.call(joinByInvite, { params: { code: unknown }, body: { via } }));
  assert.equal(await joins(hub.name), 'not_found');
  await b.homeserver.federation!.block(hub.name, null);
  assert.equal(await joins(hub.name), 'server_blocked');
});

test('[INV-5] what was said before somebody joined is not unread, on the screen as in a fresh opening', async () => {
  await using network = await TestNetwork.open();
  const [a, b] = [await network.homeserver(), await network.homeserver()];
  const [alice, bob] = [await person(a.url), await person(b.url)];
  const space = await alice.founds('Read');
  for (let n = 0; n < 3; n++) await alice.says(space, `before ${n}`);
  using atBob = await Watcher.of(bob);
  const joined = await joinsFrom(a.name, space, alice, bob);
  const { channel } = talkOf(space);
  const viewOf = () =>
    atBob.state?.spaces.find(({ id }) => id === joined.id)?.channels.find(({ id }) => id === channel)?.view;
  await atBob.until(() => typeof viewOf()?.last === 'string');
  assert.equal(viewOf()?.unread, 0);
  const next = await alice.says(space, 'after');
  await atBob.seesMessage(next.id, channel);
  using fresh = await Watcher.of(bob);
  const view = fresh.state?.spaces[0]?.channels.find(({ id }) => id === channel)?.view;
  assert.deepEqual([view?.unread, view], [1, viewOf()]);
});
