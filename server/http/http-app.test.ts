import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProtocolError } from '@folkmoot/federation/protocol-error.ts';
import { getAccount, getUser, logIn, logOut, setPresence } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { addReaction, listMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { endpoints } from '@folkmoot/protocol-spec/schemas/client/endpoints.ts';
import { getServer } from '@folkmoot/protocol-spec/schemas/client/server.ts';
import { manualClock } from '../base/clock.ts';
import { Refusal } from '../base/errors.ts';
import { createRateLimiter } from '../base/rate-limit.ts';
import { bind, type Binding } from './bind.ts';
import { serve } from './http-testing.ts';
import { namedLimits } from './limits.ts';
import { requireEveryEndpointBound } from './require-bound.ts';

const token = `fm_s_${'a'.repeat(43)}`;
const actor = { user: `u_${'a'.repeat(32)}`, session: `x_${'a'.repeat(26)}` };
const authenticate = async (given: string) => (given === token ? actor : undefined);
const channel = `/api/v1/spaces/s_${'a'.repeat(32)}/channels/c_${'a'.repeat(26)}`;

const thrown: [string, () => unknown][] = [
  [
    'an error',
    () => {
      throw new Error('secret detail');
    },
  ],
  ['a rejection', () => Promise.reject(new Error('secret detail'))],
  [
    'null',
    () => {
      throw null;
    },
  ],
  [
    'a text',
    () => {
      throw 'secret detail';
    },
  ],
  ['a TypeError', () => (undefined as unknown as { x: object }).x],
  [
    'an HTTP error of a library',
    () => {
      throw Object.assign(new Error('secret detail'), { status: 404, expose: true });
    },
  ],
  ['an answer of another form', () => ({ name: 'secret detail' })],
];

for (const [what, handle] of thrown) {
  test(`C121: ${what} out of a handler is a 500 with the id of the request, and the process lives`, async (t) => {
    const { ask, lines } = await serve(t, { bindings: [bind(getServer, handle as never)] });
    const { status, json, headers, text } = await ask('GET', '/api/v1/server');
    assert.equal(status, 500);
    assert.equal(json?.['code'], 'internal');
    assert.equal(json?.['request'], headers.get('x-request-id'));
    assert.doesNotMatch(text, /secret detail/);
    const logged = lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ level }) => level === 'error');
    assert.deepEqual(
      logged.map(({ request, route }) => [request, route]),
      [[json?.['request'], 'getServer']],
    );
    assert.equal((await ask('GET', '/livez')).status, 200);
  });
}

test('C121: every route with a handler that throws answers, whatever is asked of it', async (t) => {
  const broken = endpoints.map(
    (endpoint): Binding => ({ endpoint, handle: () => Promise.reject(new Error('broken')) }),
  );
  const { ask } = await serve(t, { bindings: broken, authenticate });
  for (const { method, path } of endpoints) {
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? assert.fail(name));
    for (const body of method === 'GET' || method === 'DELETE'
      ? [undefined]
      : ['null', '[null]', '{"a":[null,,1]}', '{}']) {
      const { status } = await ask(method, `/api/v1${filled}`, { token, body });
      assert.ok([400, 500].includes(status), `${method} ${path} ${body}: ${status}`);
    }
  }
  assert.equal((await ask('GET', '/livez')).status, 200);
});

const ids: Record<string, string> = {
  space: `s_${'a'.repeat(32)}`,
  channel: `c_${'a'.repeat(26)}`,
  user: `u_${'a'.repeat(32)}`,
  role: `r_${'a'.repeat(26)}`,
  invite: `n_${'a'.repeat(26)}`,
  session: `x_${'a'.repeat(26)}`,
  target: 'everyone',
  code: 'a'.repeat(22),
  message: '1.1',
  emoji: '%F0%9F%98%80',
  server: 'home.example',
  bot: `u_${'a'.repeat(32)}`,
  token: `x_${'a'.repeat(26)}`,
  report: `q_${'a'.repeat(26)}`,
};

test('a refusal is told by status, code, details and the time to wait', async (t) => {
  const { ask, lines } = await serve(t, {
    bindings: [
      bind(getServer, () => {
        throw new Refusal('slow_mode', { retry: 1_500, channel: 'c' });
      }),
    ],
  });
  const { status, json, headers } = await ask('GET', '/api/v1/server');
  assert.equal(status, 429);
  assert.deepEqual(json, {
    code: 'slow_mode',
    message: 'This channel is in slow mode.',
    retry: 1_500,
    details: { channel: 'c' },
  });
  assert.equal(headers.get('retry-after'), '2');
  assert.doesNotMatch(lines.join(''), /"level":"error"/);
});

test('what breaks the protocol is told by a code of the catalogue', async (t) => {
  for (const [thrown, status, code] of [
    ['line_too_large', 413, 'line_too_large'],
    ['too_many_items', 400, 'invalid_body'],
  ] as const) {
    const handle = () => {
      throw new ProtocolError(thrown, 'so it is');
    };
    const { ask } = await serve(t, { bindings: [bind(getServer, handle)] });
    const answer = await ask('GET', '/api/v1/server');
    assert.deepEqual([answer.status, answer.code], [status, code]);
  }
});

test('unknown paths, wrong methods and odd targets are answered as JSON', async (t) => {
  const { ask } = await serve(t, {
    bindings: [bind(logIn, () => assert.fail()), bind(getAccount, () => assert.fail())],
  });
  const answers: [string, string, number, string][] = [
    ['GET', '/api/v1/nothing', 404, 'not_found'],
    ['GET', '/api', 404, 'not_found'],
    ['GET', '/api/v1/sessions/', 404, 'not_found'],
    ['GET', '/api/v1/USERS/me', 404, 'not_found'],
    ['GET', '/api/v1//users/me', 404, 'not_found'],
    ['GET', '/api/v1/%E0%A4%A', 404, 'not_found'],
    ['GET', '/api/v1/../../etc/passwd.txt', 404, 'not_found'],
    ['GET', '/api/v1/users/me', 401, 'unauthenticated'],
    ['GET', '/api/v1/sessions', 405, 'method_not_allowed'],
    ['OPTIONS', '/api/v1/sessions', 405, 'method_not_allowed'],
    ['DELETE', '/livez', 405, 'method_not_allowed'],
  ];
  for (const [method, path, status, code] of answers) {
    const { json, ...answer } = await ask(method, path);
    assert.deepEqual([method, path, answer.status, json?.['code']], [method, path, status, code]);
    if (status === 405) assert.match(answer.headers.get('allow') ?? '', /POST|GET/);
  }
  const head = await ask('HEAD', '/api/v1/users/me');
  assert.deepEqual([head.status, head.text], [401, '']);
});

test('path parameters of another form do not exist, whatever they hold', async (t) => {
  const { ask } = await serve(t, {
    bindings: [bind(getUser, () => assert.fail()), bind(addReaction, () => assert.fail())],
    authenticate,
  });
  const nothing = (await ask('GET', `/api/v1/users/x`, { token })).text;
  for (const id of ['%00', '%2e%2e', `u_${'A'.repeat(32)}`, `u_${'a'.repeat(33)}`, '%F0%9F%98%80', '%E0%A4%A']) {
    const { status, text } = await ask('GET', `/api/v1/users/${id}`, { token });
    assert.deepEqual([id, status, text], [id, 404, nothing]);
  }
  const emoji = await ask('PUT', `${channel}/messages/1.1/reactions/a%00`, { token });
  assert.equal(emoji.status, 404);
});

test('a query is read by its schema', async (t) => {
  let seen: unknown;
  const handle = async ({ query }: { query: unknown }) => {
    seen = query;
    return { messages: [], more_before: false, more_after: false };
  };
  const { ask } = await serve(t, { bindings: [bind(listMessages, handle)], authenticate });
  assert.equal((await ask('GET', `${channel}/messages?limit=20&before=1.42`, { token })).status, 200);
  assert.deepEqual(seen, { limit: 20, before: '1.42' });
  for (const query of [
    'limit=x',
    'limit=',
    'limit=1e2',
    'limit=0',
    'limit=101',
    'limit=1&limit=2',
    'more=1',
    'before=1',
    '__proto__=1',
    'limit=0x1',
  ]) {
    const { status, json } = await ask('GET', `${channel}/messages?${query}`, { token });
    assert.deepEqual([query, status, json?.['code']], [query, 400, 'invalid_query']);
  }
  const { json } = await ask('GET', `${channel}/messages?limit=500`, { token });
  assert.deepEqual(json?.['details'], { path: '/limit', expected: 'must be <= 100' });
});

test('a session is asked for, and a dead one is told apart from none', async (t) => {
  const { ask } = await serve(t, { bindings: [bind(logOut, async () => undefined)], authenticate });
  const codeOf = async (headers: Record<string, string>) =>
    (await ask('POST', '/api/v1/sessions/end', { headers })).code;
  assert.equal(await codeOf({}), 'unauthenticated');
  assert.equal(await codeOf({ authorization: `Bearer ${token}x` }), 'session_ended');
  assert.equal(await codeOf({ authorization: `Basic ${token}` }), 'session_ended');
  assert.equal(await codeOf({ authorization: `Bearer ${'x'.repeat(5_000)}` }), 'session_ended');
  assert.equal(await codeOf({ authorization: `bearer ${token}` }), undefined);
});

test('every answer of a limited endpoint tells how much is left, and a refused one when to come back', async (t) => {
  const clock = manualClock();
  const limiter = createRateLimiter({ ...namedLimits, presence: { rate: 0.1, burst: 2 } }, clock);
  const { ask } = await serve(t, { bindings: [bind(setPresence, async ({ body }) => body)], authenticate, limiter });
  const put = () => ask('PUT', '/api/v1/users/me/presence', { token, body: { status: 'idle', text: '' } });
  const first = await put();
  assert.deepEqual(limitHeaders(first.headers), ['2', '1', '10']);
  assert.deepEqual(limitHeaders((await put()).headers), ['2', '0', '20']);
  clock.advance(4_000);
  const refused = await put();
  assert.deepEqual([refused.status, refused.code, refused.json?.['retry']], [429, 'rate_limited', 6_000]);
  assert.equal(refused.headers.get('retry-after'), '6');
  clock.advance(6_000);
  assert.equal((await put()).status, 200);
});

const limitHeaders = (headers: Headers) =>
  ['limit', 'remaining', 'reset'].map((name) => headers.get(`ratelimit-${name}`));

test('security headers are on every answer, errors too', async (t) => {
  const { ask } = await serve(t, { config: { public_url: 'https://home.example', trusted_proxies: [] } });
  for (const path of ['/', '/livez', '/api/v1/nothing', '/docs']) {
    const { headers } = await ask('GET', path);
    assert.match(
      headers.get('content-security-policy') ?? '',
      /default-src 'self'; script-src 'self';.*frame-ancestors 'none'/,
    );
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('referrer-policy'), 'no-referrer');
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin');
    assert.equal(headers.get('strict-transport-security'), 'max-age=31536000');
    assert.equal(headers.get('access-control-allow-origin'), null);
  }
});

test('no answer of the API is kept by a cache', async (t) => {
  const { ask } = await serve(t, { bindings: [bind(getUser, () => assert.fail())] });
  for (const path of ['/api/v1/nothing', '/api/v1/users/x', '/api/v1/users/x?y']) {
    assert.equal((await ask('GET', path)).headers.get('cache-control'), 'no-store');
  }
});

test('readiness says why not', async (t) => {
  const reasons: string[] = [];
  const { ask } = await serve(t, { reasonsAgainst: () => reasons });
  assert.equal((await ask('GET', '/readyz')).status, 200);
  reasons.push('draining');
  const { status, json } = await ask('GET', '/readyz');
  assert.deepEqual([status, json], [503, { status: 'not_ready', reasons: ['draining'] }]);
  assert.equal((await ask('GET', '/livez')).status, 200);
});

test('the documentation names every endpoint', async (t) => {
  const { ask } = await serve(t, {});
  const { text } = await ask('GET', '/docs');
  for (const { name } of endpoints) assert.ok(text.includes(`id="${name}"`), name);
});

test('an endpoint without a binding, or a binding without an endpoint, is an error at the start', () => {
  const all = endpoints.map((endpoint): Binding => ({ endpoint, handle: () => assert.fail() }));
  requireEveryEndpointBound(endpoints, all);
  assert.throws(() => requireEveryEndpointBound(endpoints, all.slice(1)), /getServer is declared but not bound/);
  assert.throws(() => requireEveryEndpointBound(endpoints.slice(1), all), /getServer is bound but not declared/);
  assert.throws(() => requireEveryEndpointBound(endpoints, [...all, all[0] as Binding]), /getServer is bound twice/);
});

test('every endpoint names a limit that there is', () => {
  for (const { name, limit } of endpoints) assert.ok(Object.hasOwn(namedLimits, limit), `${name}: ${limit}`);
});
