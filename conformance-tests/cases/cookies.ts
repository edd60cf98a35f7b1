import assert from 'node:assert/strict';
import * as accounts from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { createSpace, listSpaces } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { conformance } from '../case.ts';
import { jsonOf } from '../check-answer.ts';
import type { Person } from '../person.ts';
import { sendRequest } from '../send-request.ts';
import { Visitor } from '../visitor.ts';

const own = { 'x-folkmoot-request': '1' };

export const cookieCases = [
  conformance('ACC-11', 'tokens in cookies are out of reach of pages and not in the answer', async ({ visitors }) => {
    const [ada] = await visitors('Ada');
    const { visitor, cookies, text } = await logInByCookie(ada);
    assert.ok(!text.includes('fm_s_') && !text.includes('fm_r_'));
    assert.equal(cookies.length, 2);
    for (const cookie of cookies) assert.match(cookie, /; HttpOnly/i);
    for (const cookie of cookies) assert.match(cookie, /; SameSite=(Lax|Strict)/i);
    if (ada.parts.url.startsWith('https:')) for (const cookie of cookies) assert.match(cookie, /; Secure/i);
    assert.ok(
      cookies.some((cookie) => cookie.includes('fm_r_') && /Path=\/api\/v1\/sessions\/refresh(;|$)/i.test(cookie)),
    );
    const account = await visitor.asks(accounts.getAccount, { headers: { cookie: pairsOf(cookies) } } as object);
    assert.equal(account.id, ada.id);
  }),

  conformance('API-4', 'a request with a cookie from another site changes nothing', async ({ visitors }) => {
    const [ada] = await visitors('Ada');
    const { visitor, cookies } = await logInByCookie(ada);
    const cookie = pairsOf(cookies);
    const body = { name: 'Not wanted' };
    const hostile: Record<string, string>[] = [
      {},
      { ...own, 'sec-fetch-site': 'cross-site' },
      { ...own, origin: 'https://evil.example' },
      { ...own, origin: 'null' },
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/x-www-form-urlencoded' },
    ];
    for (const headers of hostile) {
      await visitor.isRefused('cross_site', createSpace, { body, headers: { cookie, ...headers } });
    }
    await visitor.isRefused('unsupported_media_type', createSpace, {
      body,
      headers: { cookie, ...own, 'content-type': 'text/plain' },
    });
    const { spaces } = await ada.asks(listSpaces);
    assert.deepEqual(spaces, []);
    await visitor.asks(createSpace, { body, headers: { cookie, ...own } } as never);
  }),

  conformance('API-5', 'a wrong token in the header counts, whatever the cookie says', async ({ visitors }) => {
    const [ada] = await visitors('Ada');
    const { visitor, cookies } = await logInByCookie(ada);
    const authorization = `Bearer fm_s_${'A'.repeat(43)}`;
    const headers = { cookie: pairsOf(cookies), authorization };
    await visitor.isRefused('session_ended', accounts.getAccount, { headers });
  }),

  conformance('ACC-11', 'logging out takes the cookies back', async ({ visitors }) => {
    const [ada] = await visitors('Ada');
    const { visitor, cookies } = await logInByCookie(ada);
    const answer = await visitor.tries(accounts.logOut, { headers: { cookie: pairsOf(cookies), ...own } });
    assert.equal(answer.status, 204);
    for (const cookie of answer.headers['set-cookie'] ?? []) assert.match(cookie, /^[^=]+=;.*Max-Age=0/i);
    await visitor.isRefused('session_ended', accounts.getAccount, { headers: { cookie: pairsOf(cookies) } });
  }),

  conformance('API-7', 'pages of other origins get no leave', async ({ target, signal }) => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const answer = await sendRequest(target.url, { method: 'OPTIONS', path: '/api/v1/spaces', headers, signal });
    for (const name of Object.keys(answer.headers)) assert.ok(!name.startsWith('access-control-allow'), name);
  }),
];

async function logInByCookie(person: Person) {
  const visitor = new Visitor(person.parts);
  const body = { login: person.handle, password: person.password, transport: 'cookie' };
  const answer = await visitor.tries(accounts.logIn, { body });
  assert.equal(answer.status, 201, answer.text);
  assert.ok(jsonOf(answer));
  return { visitor, cookies: answer.headers['set-cookie'] ?? [], text: answer.text };
}

const pairsOf = (cookies: readonly string[]) => cookies.map((cookie) => cookie.split(';')[0]).join('; ');
