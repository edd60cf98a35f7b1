import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AccountsHome, goodPassword, startAccounts } from './accounts-testing.ts';

const accounts = '/api/v1/accounts';
const own = { 'x-folkmoot-request': '1' };

async function cookieSession(home: AccountsHome) {
  const body = { handle: 'alice', password: goodPassword, transport: 'cookie' };
  const answer = await home.ask('POST', accounts, { body, headers: own });
  const set = answer.headers.getSetCookie();
  return { answer, set, jar: set.map((cookie) => cookie.split(';', 1)[0]).join('; ') };
}

test('with cookies the answer holds no token and scripts cannot read it', async (t) => {
  const home = await startAccounts(t);
  const { answer, set } = await cookieSession(home);
  assert.equal(answer.status, 201);
  assert.doesNotMatch(answer.text, /fm_[sr]_/);
  assert.match(set[0] ?? '', /^folkmoot_session=fm_s_[\w-]{43}; Path=\/; Max-Age=3600; HttpOnly; SameSite=Lax$/);
  assert.match(
    set[1] ?? '',
    /^folkmoot_refresh=fm_r_[\w-]{43}; Path=\/api\/v1\/sessions\/refresh; Max-Age=7776000; HttpOnly; SameSite=Lax$/,
  );
});

test('behind https cookies are Secure and prefixed', async (t) => {
  const home = await startAccounts(t, { config: { public_url: 'https://home.example' } });
  const { set, jar, answer } = await cookieSession(home);
  assert.match(set[0] ?? '', /^__Host-folkmoot_session=.*; Path=\/; .*; Secure$/);
  assert.match(set[1] ?? '', /^__Secure-folkmoot_refresh=.*; Secure$/);
  assert.match(answer.headers.get('strict-transport-security') ?? '', /^max-age=/);
  const me = await home.ask('GET', '/api/v1/users/me', { headers: { cookie: jar } });
  assert.equal(me.status, 200);
  const unprefixed = await home.ask('GET', '/api/v1/users/me', { headers: { cookie: jar.replace('__Host-', '') } });
  assert.equal(unprefixed.status, 401);
});

test('the cookies refresh and end a session', async (t) => {
  const home = await startAccounts(t);
  const { jar } = await cookieSession(home);
  const refreshed = await home.ask('POST', '/api/v1/sessions/refresh', { body: {}, headers: { ...own, cookie: jar } });
  assert.equal(refreshed.status, 200);
  assert.doesNotMatch(refreshed.text, /fm_[sr]_/);
  const cookie = refreshed.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
  assert.notEqual(cookie, jar);
  const end = await home.ask('POST', '/api/v1/sessions/end', { headers: { ...own, cookie } });
  assert.equal(end.status, 204);
  assert.match(end.headers.getSetCookie().join('\n'), /folkmoot_session=; Path=\/; Max-Age=0/);
  assert.equal((await home.ask('GET', '/api/v1/users/me', { headers: { cookie } })).status, 401);
});

const body = JSON.stringify({ display_name: 'Mallory' });
const json = 'application/json';
const hostile: [string, Record<string, string>, number, string][] = [
  ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 403, 'cross_site'],
  ['JSON as text/plain', { 'content-type': 'text/plain' }, 403, 'cross_site'],
  ['no header of ours', { 'content-type': json }, 403, 'cross_site'],
  [
    'fetch metadata of another site',
    { 'content-type': json, 'sec-fetch-site': 'cross-site', ...own },
    403,
    'cross_site',
  ],
  ['the origin of another site', { 'content-type': json, origin: 'https://evil.example', ...own }, 403, 'cross_site'],
  ['the null origin', { 'content-type': json, origin: 'null', ...own }, 403, 'cross_site'],
  ['text/plain with our header', { 'content-type': 'text/plain', ...own }, 415, 'unsupported_media_type'],
];

for (const [what, headers, status, code] of hostile) {
  test(`C25: with a cookie, ${what} is refused and changes nothing`, async (t) => {
    const home = await startAccounts(t);
    const { jar } = await cookieSession(home);
    const answer = await home.ask('PATCH', '/api/v1/users/me', { body, headers: { ...headers, cookie: jar } });
    assert.deepEqual([answer.status, answer.code], [status, code]);
    const me = await home.ask('GET', '/api/v1/users/me', { headers: { cookie: jar } });
    assert.equal(me.json?.['display_name'], 'alice');
  });
}

test('C25: another site cannot log a browser in either', async (t) => {
  const { ask, register } = await startAccounts(t);
  await register('mallory');
  const login = { login: 'mallory', password: goodPassword, transport: 'cookie' };
  const fromSite = await ask('POST', '/api/v1/sessions', { body: login, headers: { origin: 'https://evil.example' } });
  assert.equal(fromSite.code, 'cross_site');
  const form = await ask('POST', '/api/v1/sessions', {
    body: JSON.stringify(login),
    headers: { 'content-type': 'text/plain' },
  });
  assert.equal(form.code, 'unsupported_media_type');
});

for (const origin of ['http://localhost:8448', 'own host']) {
  test(`our own page at ${origin} may write`, async (t) => {
    const home = await startAccounts(t);
    const { jar } = await cookieSession(home);
    const headers = { origin: origin === 'own host' ? home.url : origin, 'sec-fetch-site': 'same-origin', ...own };
    const answer = await home.ask('PATCH', '/api/v1/users/me', {
      body,
      headers: { 'content-type': json, ...headers, cookie: jar },
    });
    assert.equal(answer.status, 200);
  });
}

test('C26: a token in the query string is none, and no token gets into the log', async (t) => {
  const home = await startAccounts(t);
  const alice = await home.register('alice', { email: 'alice@mail.example' });
  for (const name of ['token', 'access_token']) {
    const { status } = await home.ask('GET', `/api/v1/users/me?${name}=${alice.token}`);
    assert.equal(status, 401);
  }
  await alice.ask('GET', `/users/me?token=${alice.token}`);
  await home.ask('GET', `/api/v1/invites/${'s'.repeat(22)}?token=${alice.refreshToken}`);
  await home.ask('POST', '/api/v1/sessions', { body: { login: 'alice@mail.example', password: goodPassword } });
  const log = home.lines.join('');
  assert.match(log, /"route":"register"/);
  for (const secret of [alice.token, alice.refreshToken, goodPassword, 'alice@mail.example', 's'.repeat(22)]) {
    assert.ok(!log.includes(secret), secret);
  }
});
