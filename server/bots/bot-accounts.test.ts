import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHttpClient } from '@folkmoot/protocol-spec/client/http-client.ts';
import { createGatewayClient, gatewayUrl } from '@folkmoot/protocol-spec/client/gateway-client.ts';
import {
  changePassword,
  deleteAccount,
  getAccount,
  updateProfile,
} from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { botsMayCall } from '@folkmoot/protocol-spec/schemas/client/bot-access.ts';
import * as bots from '@folkmoot/protocol-spec/schemas/client/bots.ts';
import { endpoints } from '@folkmoot/protocol-spec/schemas/client/endpoints.ts';
import { createSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { suspendAccount, restoreAccount } from '../accounts/manage-account.ts';
import { password, person } from '../testing/people.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';

const codeOf = async (call: Promise<unknown>) => {
  try {
    await call;
    return 'ok';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
};

test('somebody makes a bot, whose token opens what bots may and nothing else', async (t) => {
  await using home = await startHomeserver();
  const { url, homeserver } = home;
  const dev = await person(url);
  const bot = await dev.client.call(bots.createBot, { body: { handle: 'echo', display_name: 'Echo' } });
  assert.equal(bot.bot, true);
  const token = await dev.client.call(bots.createBotToken, { params: { bot: bot.id }, body: { name: 'laptop' } });
  assert.match(token.token, /^fm_b_[A-Za-z0-9_-]{43}$/);
  const program = createHttpClient({ baseUrl: url, tokens: { token: token.token } });

  await t.test('it is itself', async () => {
    const account = await program.call(getAccount);
    assert.deepEqual([account.id, account.handle, account.bot], [bot.id, 'echo', true]);
  });

  await t.test('account things are for people', async () => {
    const body = { current: password, password: 'another long evening' };
    assert.equal(await codeOf(program.call(changePassword, { body })), 'bots_cannot');
    assert.equal(await codeOf(program.call(deleteAccount, { body: { password } })), 'bots_cannot');
    assert.equal(await codeOf(program.call(updateProfile, { body: { bio: 'x' } })), 'bots_cannot');
    assert.equal(await codeOf(program.call(createSpace, { body: { name: 'Mine' } })), 'bots_cannot');
    assert.equal(await codeOf(program.call(bots.createBot, { body: { handle: 'other' } })), 'bots_cannot');
    assert.equal(await codeOf(program.call(bots.listBots)), 'bots_cannot');
  });

  await t.test('the list has the token without its secret, and when it was used', async () => {
    const { tokens } = await dev.client.call(bots.listBotTokens, { params: { bot: bot.id } });
    assert.deepEqual(
      tokens.map(({ id, name }) => [id, name]),
      [[token.id, 'laptop']],
    );
    assert.ok(!JSON.stringify(tokens).includes(token.token));
  });

  await t.test('nobody else sees it or makes tokens for it', async () => {
    const other = await person(url);
    const params = { bot: bot.id };
    assert.equal(await codeOf(other.client.call(bots.createBotToken, { params, body: {} })), 'not_found');
    assert.equal(await codeOf(other.client.call(bots.deleteBot, { params })), 'not_found');
    assert.deepEqual((await other.client.call(bots.listBots)).bots, []);
  });

  await t.test('another name comes with another identity that still says bot', async () => {
    const changed = await dev.client.call(bots.updateBot, { params: { bot: bot.id }, body: { handle: 'echo2' } });
    assert.deepEqual([changed.handle, changed.bot, changed.id], ['echo2', true, bot.id]);
  });

  await t.test('while its owner is locked out it is nobody', async () => {
    await suspendAccount(homeserver.accounts, dev.account.id);
    assert.equal(await codeOf(program.call(getAccount)), 'session_ended');
    await restoreAccount(homeserver.accounts, dev.account.id);
    assert.equal(await codeOf(program.call(getAccount)), 'ok');
  });
});

test('a revoked token is dead at once, and its socket closes', async () => {
  await using home = await startHomeserver();
  const dev = await person(home.url);
  const bot = await dev.client.call(bots.createBot, { body: { handle: 'echo' } });
  const params = { bot: bot.id };
  const [first, second] = [
    await dev.client.call(bots.createBotToken, { params, body: {} }),
    await dev.client.call(bots.createBotToken, { params, body: {} }),
  ];
  const states = new Map<string, string>();
  const waiting: (() => void)[] = [];
  const open = ({ token }: { token: string }) =>
    createGatewayClient({
      url: gatewayUrl(home.url),
      token: () => token,
      onReady: () => undefined,
      onEvent: () => undefined,
      onState: (state) => {
        states.set(token, state);
        for (const wake of waiting.splice(0)) wake();
      },
    });
  const until = async (done: () => boolean) => {
    while (!done()) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  using _one = open(first);
  using _two = open(second);
  await until(() => states.get(first.token) === 'ready' && states.get(second.token) === 'ready');

  await dev.client.call(bots.revokeBotToken, { params: { ...params, token: first.id } });
  await until(() => states.get(first.token) === 'ended');
  const program = createHttpClient({ baseUrl: home.url, tokens: { token: first.token } });
  assert.equal(await codeOf(program.call(getAccount)), 'session_ended');
  assert.equal(states.get(second.token), 'ready');

  await dev.client.call(bots.deleteBot, { params });
  await until(() => states.get(second.token) === 'ended');
  assert.deepEqual((await dev.client.call(bots.listBots)).bots, []);
});

test('the bots of a deleted account go with it', async () => {
  await using home = await startHomeserver();
  const dev = await person(home.url);
  const bot = await dev.client.call(bots.createBot, { body: { handle: 'echo' } });
  const { token } = await dev.client.call(bots.createBotToken, { params: { bot: bot.id }, body: {} });
  const program = createHttpClient({ baseUrl: home.url, tokens: { token } });
  await program.call(getAccount);
  await dev.client.call(deleteAccount, { body: { password } });
  assert.equal(await codeOf(program.call(getAccount)), 'session_ended');
});

test('what bots may call are endpoints that are there', () => {
  const names = new Set(endpoints.map(({ name }) => name));
  assert.deepEqual(
    [...botsMayCall].filter((name) => !names.has(name)),
    [],
  );
});
