import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goodPassword, personOf, startAccounts } from './accounts-testing.ts';
import { createRegistrationInvite } from './registration-invite.ts';
import { makeSetUpToken } from './set-up-link.ts';

const accounts = '/api/v1/accounts';

test('somebody registers, is logged in and is greeted by their handle', async (t) => {
  const { ask } = await startAccounts(t);
  const answer = await ask('POST', accounts, {
    body: { handle: 'alice', password: goodPassword, email: 'Alice@Mail.example' },
  });
  assert.equal(answer.status, 201);
  const alice = personOf(ask, answer);
  assert.match(alice.token, /^fm_s_[A-Za-z0-9_-]{43}$/);
  const { json } = await alice.ask('GET', '/users/me');
  assert.equal(json?.['display_name'], 'alice');
  assert.equal(json?.['email'], 'Alice@Mail.example');
  assert.equal(json?.['home'], 'home.example');
  assert.equal(json?.['admin'], false);
});

test('a handle is taken for everything that looks like it', async (t) => {
  const { ask, register } = await startAccounts(t);
  await register('modern.bill');
  for (const handle of ['modern.bill', 'modernbill', 'rnodern_bill', 'm0dem.b1ll', 'modern.bi11']) {
    const { status, code } = await ask('POST', accounts, { body: { handle, password: goodPassword } });
    assert.deepEqual([handle, status, code], [handle, 409, 'handle_taken']);
  }
});

test('an e-mail address is used once, whatever its case', async (t) => {
  const { ask, register } = await startAccounts(t);
  await register('alice', { email: 'a@mail.example' });
  const { json } = await ask('POST', accounts, {
    body: { handle: 'bert', password: goodPassword, email: 'A@Mail.Example' },
  });
  assert.equal(json?.['code'], 'email_taken');
});

test('the e-mail setting is kept', async (t) => {
  const required = await startAccounts(t, { config: { email: 'required' } });
  const without = await required.ask('POST', accounts, { body: { handle: 'alice', password: goodPassword } });
  assert.equal(without.code, 'email_required');
  const off = await startAccounts(t, { config: { email: 'off' } });
  const body = { handle: 'alice', password: goodPassword, email: 'a@mail.example' };
  assert.equal((await off.ask('POST', accounts, { body })).code, 'email_not_accepted');
});

test('bad handles and passwords are refused by code', async (t) => {
  const { ask } = await startAccounts(t);
  const codeOf = async (body: object) => (await ask('POST', accounts, { body })).code;
  assert.equal(await codeOf({ handle: 'admin', password: goodPassword }), 'bad_handle');
  assert.equal(await codeOf({ handle: 'alice', password: 'password123' }), 'weak_password');
  assert.equal(await codeOf({ handle: 'alicecooper', password: 'alicecooper1' }), 'weak_password');
  assert.equal(await codeOf({ handle: 'Alice', password: goodPassword }), 'invalid_body');
});

test('with registration closed nobody gets in', async (t) => {
  const { ask } = await startAccounts(t, { config: { registration: 'closed' } });
  const { status, code } = await ask('POST', accounts, { body: { handle: 'alice', password: goodPassword } });
  assert.deepEqual([status, code], [403, 'registration_closed']);
});

test('with registration by invite a code lets in as often as it may', async (t) => {
  const { ask, parts, clock } = await startAccounts(t, { config: { registration: 'invite' } });
  const terms = { expires: clock.now() + 1_000, maxUses: 2 };
  const invite = await parts.commit((tx) => createRegistrationInvite(tx, terms, clock.now()));
  const tries = ['anna', 'berta', 'carla', 'dora'].map((handle) =>
    ask('POST', accounts, { body: { handle, password: goodPassword, invite } }),
  );
  const codes = (await Promise.all(tries)).map(({ status, code }) => code ?? String(status)).toSorted();
  assert.deepEqual(codes, ['201', '201', 'invite_gone', 'invite_gone']);

  const none = await ask('POST', accounts, { body: { handle: 'emma', password: goodPassword } });
  assert.equal(none.code, 'invite_required');
  const late = await parts.commit((tx) => createRegistrationInvite(tx, terms, clock.now()));
  clock.advance(1_000);
  const tooLate = await ask('POST', accounts, { body: { handle: 'emma', password: goodPassword, invite: late } });
  assert.equal(tooLate.code, 'invite_gone');
});

test('with registration by invite the invite of a community is enough', async (t) => {
  const code = 'c'.repeat(22);
  const { register } = await startAccounts(t, {
    config: { registration: 'invite' },
    spaces: { isSpaceInvite: async (_, asked) => asked === code },
  });
  await register('alice', { invite: code });
});

test('the set-up link makes one admin, also where registration is closed', async (t) => {
  const { ask, register, parts } = await startAccounts(t, { config: { registration: 'closed' } });
  const first = await parts.commit(makeSetUpToken);
  const set_up = await parts.commit(makeSetUpToken);
  const codeOf = async (handle: string, token: string | undefined) =>
    (await ask('POST', accounts, { body: { handle, password: goodPassword, set_up: token } })).code;
  assert.equal(await codeOf('alice', first), 'invite_gone', 'a newer link replaces the older one');
  assert.equal((await ask('GET', '/api/v1/server')).json?.['set_up'], false);

  const alice = await register('alice', { set_up });
  assert.equal((await alice.ask('GET', '/users/me')).json?.['admin'], true);
  assert.equal((await ask('GET', '/api/v1/server')).json?.['set_up'], true);
  assert.equal(await codeOf('bert', set_up), 'invite_gone');
  assert.equal(await parts.commit(makeSetUpToken), undefined);
});

test('two who open the set-up link at once make one admin', async (t) => {
  const { ask, parts } = await startAccounts(t);
  const set_up = await parts.commit(makeSetUpToken);
  const tries = ['alice', 'bert'].map((handle) =>
    ask('POST', accounts, { body: { handle, password: goodPassword, set_up } }),
  );
  const answers = (await Promise.all(tries)).map(({ status }) => String(status)).toSorted();
  assert.deepEqual(answers, ['201', '410']);
});

test('a wrong set-up token tells nobody which handles are taken, and costs no password hash', async (t) => {
  const { ask, parts, register } = await startAccounts(t, { config: { registration: 'closed' } });
  await register('alice', { set_up: await parts.commit(makeSetUpToken) });
  const set_up = `fm_a_${'x'.repeat(43)}`;
  parts.passwords.hash = () => assert.fail('a password was hashed');
  for (const handle of ['alice', 'bert']) {
    assert.equal(
      (await ask('POST', accounts, { body: { handle, password: goodPassword, set_up } })).code,
      'invite_gone',
    );
  }
});
