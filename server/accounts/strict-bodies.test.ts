import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goodPassword, startAccounts } from './accounts-testing.ts';

const wrongPasswords: [string, unknown][] = [
  ['an operator', { $ne: null }],
  ['a list', ['x']],
  ['true', true],
  ['a number', 123],
  ['null', null],
  ['a long text', 'x'.repeat(50_000)],
];

test('C4: a password that is no text is refused before anything is hashed', async (t) => {
  const { ask, register, parts } = await startAccounts(t);
  const alice = await register('alice');
  parts.passwords.verify = parts.passwords.hash = () => assert.fail('hashed');
  for (const [what, password] of wrongPasswords) {
    for (const answer of [
      await ask('POST', '/api/v1/sessions', { body: { login: 'alice', password } }),
      await ask('POST', '/api/v1/accounts', { body: { handle: 'bert', password } }),
      await alice.ask('PUT', '/users/me/password', { current: password, password }),
      await alice.ask('POST', '/users/me/delete', { password }),
    ]) {
      assert.deepEqual([what, answer.status, answer.code], [what, 400, 'invalid_body']);
    }
  }
  const huge = await ask('POST', '/api/v1/sessions', { body: { login: 'alice', password: 'x'.repeat(1024 * 1024) } });
  assert.equal(huge.status, 413);
  for (const body of ['null', 'true', '123', '["x"]', '"alice"']) {
    assert.equal((await ask('POST', '/api/v1/sessions', { body })).code, 'invalid_body', body);
  }
});

const foreignFields = [
  'owner_id',
  'permissions',
  'is_admin',
  'admin',
  'scheme_admin',
  'storage_path',
  'author',
  'created_at',
  'state',
  'id',
];
const hiddenFields = ['__proto__', 'constructor', 'toString'];

test('C30: a profile takes no other fields, and nothing changes', async (t) => {
  const { register } = await startAccounts(t);
  const alice = await register('alice');
  const before = (await alice.ask('GET', '/users/me')).text;
  for (const field of [...foreignFields, ...hiddenFields]) {
    for (const value of ['true', '1', '{"admin":true}']) {
      const answer = await alice.ask('PATCH', '/users/me', `{"display_name":"x","${field}":${value}}`);
      assert.deepEqual([field, answer.status, answer.code], [field, 400, 'invalid_body']);
    }
  }
  assert.equal((await alice.ask('GET', '/users/me')).text, before);
});

test('the answer says where the mistake is and what belongs there', async (t) => {
  const { ask } = await startAccounts(t);
  const short = await ask('POST', '/api/v1/accounts', { body: { handle: 'alice', password: 'short' } });
  assert.deepEqual(short.json?.['details'], { path: '/password', expected: 'must not have fewer than 8 characters' });
  const more = await ask('POST', '/api/v1/accounts', {
    body: { handle: 'alice', password: goodPassword, admin: true },
  });
  assert.deepEqual(more.json?.['details'], { path: '/admin', expected: 'no such member' });
});

test('text that cannot be stored alike everywhere is refused', async (t) => {
  const { register } = await startAccounts(t);
  const alice = await register('alice');
  for (const text of ['\\u0000', 'a\\u0000b', '\\ud800', '\\udc00\\ud800']) {
    const answer = await alice.ask('PATCH', '/users/me', `{"bio":"${text}"}`);
    assert.deepEqual([text, answer.status, answer.code], [text, 400, 'invalid_text']);
  }
  assert.equal((await alice.ask('PATCH', '/users/me', '{"bio":"\\ud83d\\ude00"}')).status, 200);
});
