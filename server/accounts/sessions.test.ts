import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Session } from '@folkmoot/protocol-spec/schemas/people.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { type AccountsHome, goodPassword, personOf, startAccounts } from './accounts-testing.ts';
import { forgetExpiredSessions } from './end-session.ts';

const refresh = (ask: AccountsHome['ask'], refresh_token: string) =>
  ask('POST', '/api/v1/sessions/refresh', { body: { refresh_token } });

const logIn = async ({ ask }: AccountsHome, device: string) =>
  personOf(ask, await ask('POST', '/api/v1/sessions', { body: { login: 'alice', password: goodPassword, device } }));

test('an access token works for an hour, a refreshed one goes on', async (t) => {
  const { ask, register, clock } = await startAccounts(t);
  const alice = await register('alice');
  clock.advance(60 * 60_000 - 1);
  assert.equal((await alice.ask('GET', '/users/me')).status, 200);
  clock.advance(1);
  assert.equal((await alice.ask('GET', '/users/me')).code, 'session_ended');

  const again = personOf(ask, await refresh(ask, alice.refreshToken));
  assert.equal(again.session, alice.session);
  assert.equal((await again.ask('GET', '/users/me')).status, 200);
});

test('a refresh makes the access token before it useless at once', async (t) => {
  const { ask, register } = await startAccounts(t);
  const alice = await register('alice');
  assert.equal((await alice.ask('GET', '/users/me')).status, 200);
  await refresh(ask, alice.refreshToken);
  assert.equal((await alice.ask('GET', '/users/me')).code, 'session_ended');
});

test('a refresh whose answer was lost can be repeated for ten seconds', async (t) => {
  const { ask, register, clock } = await startAccounts(t);
  const alice = await register('alice');
  const [first, second] = await Promise.all([refresh(ask, alice.refreshToken), refresh(ask, alice.refreshToken)]);
  assert.deepEqual(first.json, second.json);
  clock.advance(10_000);
  assert.equal((await refresh(ask, alice.refreshToken)).status, 200);
  assert.equal((await personOf(ask, second).ask('GET', '/users/me')).status, 200);
});

test('a refresh token that is used again later ends the session', async (t) => {
  const { ask, register, clock, signalled } = await startAccounts(t);
  const alice = await register('alice');
  const second = personOf(ask, await refresh(ask, alice.refreshToken));
  clock.advance(10_001);
  const reused = await refresh(ask, alice.refreshToken);
  assert.deepEqual([reused.status, reused.code], [401, 'token_reused']);
  assert.equal((await second.ask('GET', '/users/me')).code, 'session_ended');
  assert.equal((await refresh(ask, second.refreshToken)).code, 'unauthenticated');
  assert.deepEqual(signalled, [{ kind: 'session_ended', session: alice.session }]);
});

test('a token from two refreshes ago is a stolen one, however soon', async (t) => {
  const { ask, register } = await startAccounts(t);
  const alice = await register('alice');
  const second = personOf(ask, await refresh(ask, alice.refreshToken));
  await refresh(ask, second.refreshToken);
  assert.equal((await refresh(ask, alice.refreshToken)).code, 'token_reused');
});

test('a session ends ninety days after its log-in and is then forgotten', async (t) => {
  const { ask, register, clock, parts, db } = await startAccounts(t);
  const alice = await register('alice');
  clock.advance(89 * 86_400_000);
  const late = personOf(ask, await refresh(ask, alice.refreshToken));
  clock.advance(86_400_000);
  assert.equal((await refresh(ask, late.refreshToken)).code, 'unauthenticated');
  await register('bert');
  clock.advance(90 * 86_400_000);
  await forgetExpiredSessions(parts);
  const { sql } = await import('../storage/query.ts');
  const left = await db.read(async (reader) => [
    ...(await reader.select(sql.selectFrom('sessions').select('id'))),
    ...(await reader.select(sql.selectFrom('used_refresh_tokens').select('session'))),
  ]);
  assert.deepEqual(left, []);
});

test('sessions are listed and ended one by one', async (t) => {
  const home = await startAccounts(t);
  const phone = await home.register('alice', { device: 'phone' });
  home.clock.advance(1_000);
  const laptop = await logIn(home, 'laptop');
  const { json } = await laptop.ask('GET', '/sessions');
  const sessions = json?.['sessions'] as Session[];
  assert.deepEqual(
    sessions.map(({ device, current }) => [device, current]),
    [
      ['laptop', true],
      ['phone', false],
    ],
  );

  assert.equal((await phone.ask('GET', '/users/me')).status, 200);
  assert.equal((await laptop.ask('DELETE', `/sessions/${phone.session}`)).status, 204);
  assert.equal((await phone.ask('GET', '/users/me')).code, 'session_ended');
  assert.equal((await refresh(home.ask, phone.refreshToken)).status, 401);
  assert.deepEqual(home.signalled, [{ kind: 'session_ended', session: phone.session }]);
  assert.equal((await laptop.ask('DELETE', `/sessions/${phone.session}`)).status, 404);
  assert.equal((await laptop.ask('POST', '/sessions/end')).status, 204);
  assert.equal((await laptop.ask('GET', '/users/me')).status, 401);
});

test('nobody ends the session of somebody else', async (t) => {
  const { register } = await startAccounts(t);
  const alice = await register('alice');
  const bert = await register('bert');
  const foreign = await bert.ask('DELETE', `/sessions/${alice.session}`);
  const unknown = await bert.ask('DELETE', `/sessions/x_${'a'.repeat(26)}`);
  assert.deepEqual([foreign.status, foreign.text], [unknown.status, unknown.text]);
  assert.equal((await alice.ask('GET', '/users/me')).status, 200);
});

test('C19: a changed password ends the other sessions at once', async (t) => {
  const home = await startAccounts(t);
  const phone = await home.register('alice');
  const laptop = await logIn(home, 'laptop');
  assert.equal((await phone.ask('GET', '/users/me')).status, 200);
  const body = { current: goodPassword, password: 'another plum tree' };
  const wrong = await laptop.ask('PUT', '/users/me/password', { ...body, current: 'wrong password' });
  assert.equal(wrong.code, 'wrong_credentials');
  assert.equal((await laptop.ask('PUT', '/users/me/password', body)).status, 204);
  assert.equal((await phone.ask('GET', '/users/me')).code, 'session_ended');
  assert.equal((await laptop.ask('GET', '/users/me')).status, 200);
  assert.deepEqual(home.signalled, [{ kind: 'session_ended', session: phone.session }]);
});

test('with too many sessions the one unused for longest ends', async (t) => {
  const home = await startAccounts(t);
  const first = await home.register('alice');
  // Real log-ins would hash a hundred passwords.
  const { openSession } = await import('./sessions.ts');
  for (let i = 1; i < limits.sessionsPerUser; i++) {
    home.clock.advance(1);
    await home.parts.commit((tx) => openSession(tx, first.id, '', home.clock.now()));
  }
  assert.equal((await first.ask('GET', '/users/me')).status, 200);
  await logIn(home, 'one more');
  assert.equal((await first.ask('GET', '/users/me')).code, 'session_ended');
});

test('when a session was last used is noted to the minute', async (t) => {
  const { register, clock } = await startAccounts(t);
  const alice = await register('alice');
  const lastSeen = async () => {
    const { json } = await alice.ask('GET', '/sessions');
    const sessions = json?.['sessions'] as Session[];
    return sessions[0]?.last_seen;
  };
  const start = await lastSeen();
  clock.advance(59_000);
  assert.equal(await lastSeen(), start);
  clock.advance(2_000);
  await alice.ask('GET', '/users/me');
  while ((await lastSeen()) === start) await new Promise(setImmediate);
  assert.equal(await lastSeen(), clock.now());
});
