import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createChannel } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { joinByInvite, createInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { kickMember, listMembers } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import {
  deleteMessage,
  getMessage,
  listMessages,
  sendMessage,
} from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { createRole, giveRole } from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import { changeBotGrant, listSpaceBots, revokeBot } from '@folkmoot/protocol-spec/schemas/client/space-bots.ts';
import { getSpace, listSpaces, transferSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { systemClock } from '../base/clock.ts';
import { person, talkOf } from '../testing/people.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';
import { Watcher } from '../testing/watching.ts';
import { admits, botOf, codeOf, joined, talkative } from '../testing/bots.ts';

test('an owner admits a bot by its handle, it joins by itself, and out it goes at once', async () => {
  await using home = await startHomeserver();
  const [owner, dev] = [await person(home.url), await person(home.url)];
  const space = await owner.founds('Garden');
  const bot = await botOf(dev, 'echo');
  assert.equal(await codeOf(admits(dev, space, 'echo')), 'not_found');
  assert.equal(await codeOf(admits(owner, space, 'nobody')), 'not_found');
  assert.equal(await codeOf(admits(owner, space, dev.account.handle ?? '')), 'not_found');

  using watching = await Watcher.of(owner);
  using listening = await Watcher.of(bot);
  const admitted = await admits(owner, space, '@echo');
  assert.deepEqual([admitted.user.id, admitted.user.bot, admitted.grant.channels], [bot.account.id, true, 'all']);
  await watching.sees('bot.granted', ({ bot: { user } }) => user.id === bot.account.id);
  await watching.sees('member.joined', ({ member }) => member.user.id === bot.account.id && member.user.bot === true);
  const { grant } = await joined(bot, space);
  assert.equal(grant?.by, owner.account.id);
  await listening.sees('space.joined');

  const hello = await owner.says(space, 'hello');
  await listening.seesMessage(hello.id, hello.channel);
  const answer = await bot.says(space, 'hello yourself');
  assert.equal(answer.author.bot, true);
  assert.deepEqual(
    (await owner.client.call(listSpaceBots, { params: { space: space.id } })).bots.map(({ user, member }) => [
      user.handle,
      member,
    ]),
    [['echo', true]],
  );

  await owner.client.call(revokeBot, { params: { space: space.id, bot: bot.account.id } });
  assert.equal(await codeOf(bot.says(space, 'still here?')), 'not_found');
  assert.equal(await codeOf(bot.client.call(getSpace, { params: { space: space.id } })), 'not_found');
  assert.deepEqual((await bot.client.call(listSpaces)).spaces, []);
  await watching.sees('member.left', ({ user }) => user === bot.account.id);
  await listening.sees('space.left');
  const after = await owner.says(space, 'alone again');
  await watching.seesMessage(after.id, after.channel);

  await admits(owner, space, 'echo');
  await joined(bot, space);
  const back = await owner.says(space, 'welcome back');
  await listening.seesMessage(back.id, back.channel);
  assert.ok(!JSON.stringify(listening.events).includes('alone again'));
  await owner.client.call(kickMember, { params: { space: space.id, user: bot.account.id }, body: {} });
  assert.equal(await codeOf(bot.says(space, 'still here?')), 'not_found');
  assert.deepEqual((await owner.client.call(listSpaceBots, { params: { space: space.id } })).bots, []);
});

test('a bot does what its roles and its grant both allow, where it was granted', async () => {
  await using home = await startHomeserver();
  const [owner, dev] = [await person(home.url), await person(home.url)];
  const space = await owner.founds('Garden');
  const bot = await botOf(dev, 'helper');
  const params = { space: space.id };
  const other = await owner.client.call(createChannel, { params, body: { kind: 'text', name: 'other' } });
  const { channel: talk } = talkOf(space);
  await admits(owner, space, 'helper', { channels: [talk] });
  const opened = await joined(bot, space);
  assert.deepEqual(
    opened.channels.filter(({ kind }) => kind === 'text').map(({ id }) => id),
    [talk],
  );
  const elsewhere = { params: { space: space.id, channel: other.id }, body: { content: 'hi' } };
  assert.equal(await codeOf(bot.client.call(sendMessage, elsewhere)), 'not_found');

  const said = await owner.says(space, 'something rude');
  const deletion = { params: { ...talkOf(space), message: said.id } };
  assert.equal(await codeOf(bot.client.call(deleteMessage, deletion)), 'missing_permission');
  const role = await owner.client.call(createRole, { params, body: { name: 'mods', permissions: ['message.manage'] } });
  await owner.client.call(giveRole, { params: { ...params, user: bot.account.id, role: role.id } });
  assert.equal(await codeOf(bot.client.call(deleteMessage, deletion)), 'missing_permission', 'its grant says no');
  const wider = { ...talkative, channels: [talk], actions: ['message.manage' as const] };
  await owner.client.call(changeBotGrant, { params: { ...params, bot: bot.account.id }, body: wider });
  assert.equal(await codeOf(bot.client.call(deleteMessage, deletion)), 'ok');
  assert.equal(await codeOf(bot.says(space, 'done')), 'missing_permission', 'it may no longer write');

  const administrator = await owner.client.call(createRole, {
    params,
    body: { name: 'all', permissions: ['administrator'] },
  });
  await owner.client.call(giveRole, { params: { ...params, user: bot.account.id, role: administrator.id } });
  assert.equal(await codeOf(bot.client.call(sendMessage, elsewhere)), 'not_found');
  assert.equal(await codeOf(bot.says(space, 'done')), 'missing_permission');
  const transfer = { params, body: { user: bot.account.id } };
  assert.equal(await codeOf(owner.client.call(transferSpace, transfer)), 'bots_cannot');
});

test('a bot is told what it was granted, and reads what mentions it', async () => {
  await using home = await startHomeserver();
  const [owner, dev] = [await person(home.url), await person(home.url)];
  const space = await owner.founds('Garden');
  const bot = await botOf(dev, 'shy');
  await admits(owner, space, 'shy', { events: ['message'], content: false });
  await joined(bot, space);
  using listening = await Watcher.of(bot);

  const secret = await owner.says(space, 'between us');
  const called = await owner.says(space, `<@${bot.account.id}> what time is it?`);
  await listening.seesMessage(called.id, called.channel);
  const messages = listening.events.flatMap((event) => (event.t === 'message.created' ? [event.d.message] : []));
  assert.deepEqual(
    messages.map(({ id, content, withheld }) => [id, content, withheld]),
    [
      [secret.id, '', true],
      [called.id, called.content, undefined],
    ],
  );
  const { messages: history } = await bot.client.call(listMessages, { params: talkOf(space), query: {} });
  assert.deepEqual(
    history.map(({ content }) => content),
    ['', called.content],
  );
  const one = await bot.client.call(getMessage, { params: { ...talkOf(space), message: secret.id } });
  assert.deepEqual([one.content, one.withheld], ['', true]);
  assert.equal((await bot.says(space, 'noon')).content, 'noon');

  assert.equal(await codeOf(bot.client.call(listMembers, { params: { space: space.id }, query: {} })), 'not_granted');
  const guest = await person(home.url);
  await owner.invites(space, guest);
  const end = await owner.says(space, `<@${bot.account.id}> bye`);
  await listening.seesMessage(end.id, end.channel);
  assert.deepEqual(
    listening.events.filter(({ t }) => t === 'member.joined'),
    [],
  );
  assert.ok(!JSON.stringify(listening.events).includes('between us'));
});

test('when its time is over a bot is no member any more, hears nothing and leaves', async () => {
  let ahead = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + ahead };
  await using home = await startHomeserver({ clock });
  const [owner, dev] = [await person(home.url), await person(home.url)];
  const space = await owner.founds('Garden');
  const bot = await botOf(dev, 'guest_bot');
  await admits(owner, space, 'guest_bot', { expires: clock.now() + 60_000 });
  await joined(bot, space);
  using watching = await Watcher.of(owner);
  using listening = await Watcher.of(bot);
  ahead = 60_000;
  assert.equal(await codeOf(bot.says(space, 'one more')), 'not_found');
  const said = await owner.says(space, 'it is over');
  await watching.seesMessage(said.id, said.channel);
  await home.homeserver.botJoiner.sweep();
  await watching.sees('member.left', ({ user }) => user === bot.account.id);
  await listening.sees('space.left');
  assert.ok(!JSON.stringify(listening.events).includes('it is over'));
});

test('no invite lets a bot in', async () => {
  await using home = await startHomeserver();
  const [owner, dev] = [await person(home.url), await person(home.url)];
  const space = await owner.founds('Garden');
  const bot = await botOf(dev, 'sneaky');
  const { code } = await owner.client.call(createInvite, { params: { space: space.id }, body: {} });
  assert.equal(await codeOf(bot.client.call(joinByInvite, { params: { code } })), 'bots_cannot');
});
