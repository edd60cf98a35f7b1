import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HttpClient } from '@folkmoot/protocol-spec/client/http-client.ts';
import { createBot, createBotToken } from '@folkmoot/protocol-spec/schemas/client/bots.ts';
import { getMember, updateMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { editMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { createRole, giveRole } from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import { revokeBot } from '@folkmoot/protocol-spec/schemas/client/space-bots.ts';
import { across } from '@folkmoot/server/testing/across.ts';
import { admits } from '@folkmoot/server/testing/bots.ts';
import { TestNetwork } from '@folkmoot/server/testing/federated.ts';
import { person, talkOf } from '@folkmoot/server/testing/people.ts';
import { startHomeserver } from '@folkmoot/server/testing/start-homeserver.ts';
import { Watcher } from '@folkmoot/server/testing/watching.ts';
import { startEchoBot } from './echo-bot.ts';
import { type ModerationEntry, startModerationBot } from './moderation-bot.ts';
import { Moderation } from './moderation-rules.ts';

async function accountOf(client: HttpClient, handle: string): Promise<{ id: string; token: string }> {
  const { id } = await client.call(createBot, { body: { handle } });
  const { token } = await client.call(createBotToken, { params: { bot: id }, body: {} });
  return { id, token };
}

test('the echo bot answers who speaks to it, and is silent at once when its grant is taken back', async () => {
  await using home = await startHomeserver();
  const owner = await person(home.url);
  const space = await owner.founds('Garden');
  const { id, token } = await accountOf(owner.client, 'echo');
  const said: string[] = [];
  using bot = await startEchoBot({ homeserver: home.url, token, say: (line) => void said.push(line) });
  assert.equal(bot.id, id);
  using watching = await Watcher.of(owner);
  await admits(owner, space, 'echo', { events: ['message'], content: false, actions: ['message.send'] });
  await watching.sees('member.joined', ({ member }) => member.user.id === id);

  await owner.says(space, 'nobody is meant');
  const question = await owner.says(space, `<@${id}> is there an echo?`);
  await watching.sees('message.created', ({ message }) => message.author.id === id && message.reply_to === question.id);
  const answers = (await owner.reads(space)).filter(({ author }) => author.id === id);
  assert.deepEqual(
    answers.map(({ content }) => content),
    ['is there an echo?'],
  );

  await owner.client.call(revokeBot, { params: { space: space.id, bot: id } });
  await watching.sees('member.left', ({ user }) => user === id);
  await owner.says(space, `<@${id}> and now?`);
  await admits(owner, space, 'echo', { events: ['message'], content: false, actions: ['message.send'] });
  await watching.until(() => watching.events.filter(({ t }) => t === 'member.joined').length === 2);
  const again = await owner.says(space, `<@${id}> back?`);
  await watching.sees('message.created', ({ message }) => message.reply_to === again.id);
  assert.deepEqual(
    (await owner.reads(space)).filter(({ author }) => author.id === id).map(({ content }) => content),
    ['is there an echo?', 'back?'],
  );
});

test('the echo bot answers in a community of another homeserver', async () => {
  await using network = await TestNetwork.open();
  const { alice, bob, space } = await across(network);
  const c = await network.homeserver();
  const { id, token } = await accountOf((await person(c.url)).client, 'echo');
  using _bot = await startEchoBot({ homeserver: c.url, token, say: () => undefined });
  using watching = await Watcher.of(alice);
  const terms = { events: ['message' as const], content: false, actions: ['message.send' as const] };
  await admits(alice, space, `echo@${c.name}`, terms);
  await watching.sees('member.joined', ({ member }) => member.user.id === id);
  // The bot is a member before its homeserver has all of the community.
  const answers = () => watching.events.some(({ t, d }) => t === 'message.created' && d.message.author.id === id);
  while (!answers()) {
    await bob.says(space, `<@${id}> is there an echo?`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  await watching.sees('message.created', ({ message }) => message.author.id === id);
  const heard = (await bob.reads(space)).find(({ author }) => author.id === id);
  assert.deepEqual([heard?.content, heard?.author.home, heard?.author.bot], ['is there an echo?', c.name, true]);

  await alice.client.call(revokeBot, { params: { space: space.id, bot: id } });
  await watching.sees('member.left', ({ user }) => user === id);
  const after = await bob.says(space, `<@${id}> and now?`);
  assert.equal(
    (await alice.reads(space)).some(({ reply_to }) => reply_to === after.id),
    false,
  );
});

test('the moderation bot deletes, gives a pause and says why', async () => {
  await using home = await startHomeserver();
  const [owner, guest] = [await person(home.url), await person(home.url)];
  const space = await owner.founds('Garden');
  await owner.invites(space, guest);
  const { id, token } = await accountOf(owner.client, 'keeper');
  const entries: ModerationEntry[] = [];
  const noted = Promise.withResolvers<void>();
  using _bot = await startModerationBot({
    homeserver: home.url,
    token,
    say: () => undefined,
    rules: { words: ['Bindweed'], links: { most: 2, seconds: 60 } },
    timeoutMinutes: 5,
    noted: (entry) => {
      entries.push(entry);
      noted.resolve();
    },
  });
  using watching = await Watcher.of(owner);
  const actions = ['message.history', 'message.manage', 'member.timeout'] as const;
  await admits(owner, space, 'keeper', { events: ['message'], actions: [...actions] });
  await watching.sees('member.joined', ({ member }) => member.user.id === id);
  const params = { space: space.id };
  const permissions = ['message.manage' as const, 'member.timeout' as const];
  const role = await owner.client.call(createRole, { params, body: { name: 'keepers', rank: 10, permissions } });
  await owner.client.call(giveRole, { params: { ...params, user: id, role: role.id } });

  const innocent = await guest.says(space, 'roses and bindweeds? https://a.example');
  const rude = await guest.says(space, 'so much BINDWEED!');
  await watching.sees('message.deleted', ({ messages }) => messages.includes(rude.id));
  await watching.sees('member.updated', ({ member }) => member.user.id === guest.account.id && member.timeout !== null);
  await noted.promise;
  assert.deepEqual(
    entries.map(({ message, deleted, timed_out }) => [message, deleted, timed_out]),
    [[rude.id, true, true]],
  );
  await assert.rejects(guest.says(space, 'but'), { code: 'timed_out' });
  const { timeout } = await owner.client.call(getMember, { params: { ...params, user: guest.account.id } });
  assert.ok(timeout !== null && timeout > Date.now() + 4 * 60_000);
  assert.deepEqual(
    (await owner.reads(space)).map((message) => message.id),
    [innocent.id],
  );

  const edited = await owner.says(space, 'harmless');
  const place = { ...talkOf(space), message: edited.id };
  await owner.client.call(editMessage, { params: place, body: { content: 'bindweed after all' } });
  await watching.sees('message.deleted', ({ messages }) => messages.includes(edited.id));
  await owner.client.call(updateMember, { params: { ...params, user: id }, body: { nick: 'Keeper' } });
  await watching.sees('member.updated', ({ member }) => member.nick === 'Keeper');
});

test('links are counted for each author over a time', () => {
  const moderation = new Moderation({ words: [], links: { most: 2, seconds: 10 } });
  const links = (author: string, ts: number, count = 1) =>
    moderation.judge({ author, content: 'https://a.example/ '.repeat(count), ts })?.rule;
  assert.deepEqual(
    [links('a', 0), links('a', 1_000), links('b', 1_500), links('a', 2_000)],
    [undefined, undefined, undefined, 'links'],
  );
  assert.equal(links('a', 20_000), undefined);
  assert.equal(links('c', 0, 3), 'links');
});
