import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listMembers } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { listSpaceBots, revokeBot } from '@folkmoot/protocol-spec/schemas/client/space-bots.ts';
import { getSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { systemClock } from '../base/clock.ts';
import { across } from '../testing/across.ts';
import { admits, botOf, codeOf, joined } from '../testing/bots.ts';
import { gives, newChannel, newRole } from '../testing/community.ts';
import { TestNetwork } from '../testing/federated.ts';
import { person, talkOf } from '../testing/people.ts';
import { Watcher } from '../testing/watching.ts';
import { query, sql } from '../storage/query.ts';

const allLines = query<object>()(() => sql.selectFrom('lines').select(['type', 'payload']));

test('[BOT-12] a bot of a third homeserver is admitted by its address, joins by itself, answers, and is out at once', async () => {
  await using network = await TestNetwork.open();
  const { alice, bob, space } = await across(network);
  const c = await network.homeserver();
  const dev = await person(c.url, 'dev');
  const bot = await botOf(dev, 'echo');
  using atAlice = await Watcher.of(alice);
  using atBob = await Watcher.of(bob);
  using atBot = await Watcher.of(bot);

  assert.equal(await codeOf(admits(alice, space, `nobody@${c.name}`)), 'not_found');
  assert.equal(await codeOf(admits(alice, space, `dev@${c.name}`)), 'not_found');
  const admitted = await admits(alice, space, `echo@${c.name}`);
  assert.deepEqual([admitted.user.handle, admitted.user.home, admitted.user.bot], ['echo', c.name, true]);
  for (const watcher of [atAlice, atBob])
    await watcher.sees('member.joined', ({ member: { user } }) => user.id === bot.account.id && user.bot === true);
  await atBot.sees('space.joined', (event) => event.space.id === space.id);
  const opened = await joined(bot, space);
  assert.equal(opened.grant?.by, alice.account.id);

  const question = await bob.says(space, `<@${bot.account.id}> hello?`);
  await atBot.seesMessage(question.id, question.channel);
  const answer = await bot.says(opened, 'hello from c');
  for (const watcher of [atAlice, atBob]) await watcher.seesMessage(answer.id, answer.channel);
  const { bots } = await alice.client.call(listSpaceBots, { params: { space: space.id } });
  assert.deepEqual(
    bots.map(({ user, member }) => [user.handle, user.home, member]),
    [['echo', c.name, true]],
  );

  await alice.client.call(revokeBot, { params: { space: space.id, bot: bot.account.id } });
  await atBot.sees('space.left', (event) => event.space === space.id);
  assert.equal(await codeOf(bot.says(opened, 'still here?')), 'not_found');
  assert.equal(await codeOf(bot.client.call(getSpace, { params: { space: space.id } })), 'not_found');
  const after = await alice.says(space, 'alone again');
  await atBob.seesMessage(after.id, after.channel);
  const { members } = await bob.client.call(listMembers, { params: { space: space.id }, query: {} });
  assert.equal(members.length, 2);

  await admits(alice, space, `echo@${c.name}`);
  await atBot.until(() => atBot.events.filter(({ t }) => t === 'space.joined').length === 2);
  await atBot.sees('channel.created', ({ channel }) => channel.id === question.channel);
  const again = await alice.says(space, 'welcome back');
  await atBot.seesMessage(again.id, again.channel);
  assert.ok(!JSON.stringify(atBot.events).includes('alone again'));
});

test('[BOT-12] a bot of the homeserver of a member is admitted by a member who manages from afar', async () => {
  await using network = await TestNetwork.open();
  const { alice, bob, space } = await across(network);
  const bot = await botOf(bob, 'local_to_b');
  await gives(alice, space, await newRole(alice, space, { name: 'managers', permissions: ['space.manage'] }), bob);
  using atAlice = await Watcher.of(alice);
  using atBob = await Watcher.of(bob);
  await atBob.until(() => atBob.state?.spaces.some(({ me }) => me.roles.length > 0));
  await admits(bob, space, 'local_to_b');
  for (const watcher of [atAlice, atBob])
    await watcher.sees('member.joined', ({ member: { user } }) => user.id === bot.account.id);
  const said = await bot.says(await joined(bot, space), 'here');
  await atAlice.seesMessage(said.id, said.channel);
});

test('[BOT-13] a homeserver with nothing but bots in a channel gets what they were granted and no more', async () => {
  await using network = await TestNetwork.open();
  const { alice, bob, space } = await across(network);
  const c = await network.homeserver();
  const bot = await botOf(await person(c.url, 'dev'), 'shy');
  const other = await newChannel(alice, space, 'other');
  const { channel } = talkOf(space);
  await admits(alice, space, `shy@${c.name}`, { channels: [channel], events: ['message'], content: false });
  const opened = await joined(bot, space);
  assert.deepEqual(
    opened.channels.filter(({ kind }) => kind === 'text').map(({ id }) => id),
    [channel],
  );
  using atBot = await Watcher.of(bot);
  using atBob = await Watcher.of(bob);
  const hidden = { params: { space: space.id, channel: other.id }, body: { content: 'in another channel' } };
  await alice.client.call(sendMessage, hidden);
  const secret = await bob.says(space, 'between us people');
  const called = await alice.says(space, `<@${bot.account.id}> are you there?`);
  await atBot.seesMessage(called.id, called.channel);
  const answer = await bot.says(opened, 'I am');
  await atBob.seesMessage(answer.id, answer.channel);
  await atBob.seesMessage(secret.id, secret.channel);
  const stored = await c.homeserver.database.read((reader) => reader.all(allLines, {}));
  const text = stored.map(({ payload }) => payload).join('\n');
  assert.ok(text.includes('are you there?') && text.includes('I am'));
  assert.ok(!text.includes('between us people'), 'c has what its bot may not read');
  assert.ok(!text.includes('in another channel'));
});

test('[BOT-12] a hub lets a grant end by itself, also where the homeserver of the bot does not', async () => {
  await using network = await TestNetwork.open();
  let ahead = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + ahead };
  const [a, c] = [await network.homeserver({ clock }), await network.homeserver({ clock })];
  const alice = await person(a.url, 'alice');
  const bot = await botOf(await person(c.url, 'dev'), 'guest_bot');
  const space = await alice.founds('Across');
  using atAlice = await Watcher.of(alice);
  using atBot = await Watcher.of(bot);
  const minutes = 5 * 60_000;
  await admits(alice, space, `guest_bot@${c.name}`, { expires: clock.now() + minutes });
  await joined(bot, space);
  ahead = minutes;
  assert.equal(await codeOf(bot.says(space, 'one more')), 'not_found');
  await a.homeserver.botJoiner.sweep();
  await atAlice.sees('member.left', ({ user }) => user === bot.account.id);
  await atBot.sees('space.left', (event) => event.space === space.id);
});
