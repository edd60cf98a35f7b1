import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from '../storage/query.ts';
import { goodPassword, startAccounts } from './accounts-testing.ts';

const space = `s_${'a'.repeat(32)}`;

test('a deleted account leaves, is forgotten and cannot come back, but its id stays', async (t) => {
  const left: string[] = [];
  const { register, ask, db, signalled } = await startAccounts(t, {
    spaces: {
      audiencesOf: async () => [{ to: 'space', space }],
      leaveAllSpaces: async (_, user) => void left.push(user),
    },
  });
  const alice = await register('alice', { email: 'alice@mail.example' });
  const wrong = await alice.ask('POST', '/users/me/delete', { password: 'wrong password' });
  assert.equal(wrong.code, 'wrong_credentials');
  assert.equal((await alice.ask('POST', '/users/me/delete', { password: goodPassword })).status, 204);

  assert.deepEqual(left, [alice.id]);
  assert.equal((await alice.ask('GET', '/users/me')).status, 401);
  const logIn = await ask('POST', '/api/v1/sessions', { body: { login: 'alice', password: goodPassword } });
  assert.equal(logIn.code, 'wrong_credentials');
  const user = { id: alice.id, handle: null, display_name: 'Deleted user' };
  assert.deepEqual(signalled, [
    { kind: 'shown', shown: { audience: { to: 'space', space }, t: 'user.updated', d: { user } } },
    { kind: 'user_ended', user: alice.id },
  ]);

  const [row] = await db.read((reader) => reader.select(sql.selectFrom('users').selectAll()));
  const { email_sealed, email_index, password, identity_sealed, handle_skeleton, identity } = row ?? {};
  assert.deepEqual(
    [email_sealed, email_index, password, identity_sealed, handle_skeleton],
    [null, null, null, null, null],
  );
  assert.doesNotMatch(identity ?? '', /alice/);
  const next = await register('alice', { email: 'alice@mail.example' });
  assert.notEqual(next.id, alice.id);
});

test('who owns a community has to hand it over first', async (t) => {
  const { register } = await startAccounts(t, { spaces: { ownsSpaces: async () => true } });
  const alice = await register('alice');
  const answer = await alice.ask('POST', '/users/me/delete', { password: goodPassword });
  assert.deepEqual([answer.status, answer.code], [409, 'owns_spaces']);
  assert.equal((await alice.ask('GET', '/users/me')).status, 200);
});
