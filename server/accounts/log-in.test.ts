import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRateLimiter } from '../base/rate-limit.ts';
import { namedLimits } from '../http/limits.ts';
import { type AccountsHome, goodPassword, personOf, startAccounts } from './accounts-testing.ts';
import { resetPassword, restoreAccount, suspendAccount } from './manage-account.ts';

const logInAs = (ask: AccountsHome['ask'], login: string, password = goodPassword) =>
  ask('POST', '/api/v1/sessions', { body: { login, password } });

test('somebody logs in by handle or e-mail, in any case', async (t) => {
  const { ask, register } = await startAccounts(t);
  const { id } = await register('alice', { email: 'alice@mail.example' });
  for (const login of ['alice', 'Alice', 'alice@mail.example', 'ALICE@mail.example ']) {
    assert.equal(personOf(ask, await logInAs(ask, login)).id, id, login);
  }
});

test('C5: an unknown user and a wrong password get the same answer after the same work', async (t) => {
  const { ask, register, parts } = await startAccounts(t);
  await register('alice', { email: 'alice@mail.example' });
  const checked: (string | undefined)[] = [];
  const { verify } = parts.passwords;
  parts.passwords.verify = (password, hash) => {
    checked.push(hash);
    return verify(password, hash);
  };
  const answers = [];
  for (const login of ['alice', 'alice@mail.example', 'nobody.there', 'nobody@mail.example']) {
    const { status, text } = await logInAs(ask, login, 'wrong password');
    answers.push(`${status} ${text}`);
  }
  assert.equal(new Set(answers).size, 1);
  assert.match(String(answers[0]), /^401 .*wrong_credentials/);
  assert.deepEqual(
    checked.map((hash) => hash === undefined),
    [false, false, true, true],
    'all were hashed',
  );
});

test('a suspended account is told so only to who knows its password, and is back once restored', async (t) => {
  const { ask, register, parts } = await startAccounts(t);
  const alice = await register('alice');
  await suspendAccount(parts, alice.id);
  assert.equal((await alice.ask('GET', '/users/me')).code, 'session_ended');
  assert.equal((await logInAs(ask, 'alice', 'wrong password')).code, 'wrong_credentials');
  assert.equal((await logInAs(ask, 'alice')).code, 'suspended');
  await restoreAccount(parts, alice.id);
  assert.equal((await logInAs(ask, 'alice')).status, 201);
});

test('a reset password ends all sessions and lets in', async (t) => {
  const { ask, register, parts } = await startAccounts(t);
  const alice = await register('alice');
  const password = await resetPassword(parts, alice.id);
  assert.equal((await alice.ask('GET', '/users/me')).status, 401);
  assert.equal((await logInAs(ask, 'alice')).status, 401);
  assert.equal((await logInAs(ask, 'alice', password)).status, 201);
});

test('guesses at one account are limited, known or not', async (t) => {
  const { ask, register } = await startAccounts(t, {
    limiter: (clock) => createRateLimiter({ ...namedLimits, account: { rate: 1 / 60, burst: 2 } }, clock),
  });
  await register('alice');
  for (const login of ['alice', 'nobody.there']) {
    const codes = [];
    for (let i = 0; i < 3; i++) codes.push((await logInAs(ask, login, 'wrong password')).code);
    assert.deepEqual(codes, ['wrong_credentials', 'wrong_credentials', 'rate_limited']);
  }
  const { headers, json } = await logInAs(ask, 'ALICE');
  assert.equal(headers.get('retry-after'), '60');
  assert.equal(json?.['retry'], 60_000);
});
