import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { endSession, getAccount, logIn, logOut } from '../schemas/client/accounts.ts';
import { addReaction, listMessages, sendMessage } from '../schemas/client/messages.ts';
import { getServer } from '../schemas/client/server.ts';
import { ApiError } from './api-error.ts';
import { createHttpClient, type HttpClientOptions } from './http-client.ts';

interface Seen {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

type Answer = (request: Seen, response: ServerResponse) => void;

async function homeserver(t: TestContext, answer: Answer) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const { method, url, headers } = request;
      seen.push({ method, url, headers, body });
      answer({ method, url, headers, body }, response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { seen, baseUrl, client: (options?: Partial<HttpClientOptions>) => createHttpClient({ baseUrl, ...options }) };
}

const json = (response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
const refused = (response: ServerResponse, status: number, code: string) =>
  json(response, status, { code, message: code });
const params = { space: `s_${'a'.repeat(32)}`, channel: `c_${'a'.repeat(26)}` };

test('a call fills path, query and body and says that it is a client', async (t) => {
  const { seen, client } = await homeserver(t, (request, response) =>
    request.method === 'PUT' ? response.writeHead(204).end() : json(response, 200, { messages: [] }),
  );
  const asks = client({ tokens: { token: 'fm_s_1' } });
  await asks.call(listMessages, { params, query: { before: '1.42', limit: 10 } });
  assert.equal(seen[0]!.url, `/api/v1/spaces/${params.space}/channels/${params.channel}/messages?before=1.42&limit=10`);
  assert.equal(seen[0]!.headers['x-folkmoot-request'], '1');
  assert.equal(seen[0]!.headers['authorization'], 'Bearer fm_s_1');

  assert.equal(await asks.call(addReaction, { params: { ...params, message: '1.4', emoji: '👍/../x' } }), undefined);
  assert.match(seen[1]!.url!, /reactions\/%F0%9F%91%8D%2F\.\.%2Fx$/);
});

test('a refusal becomes an ApiError with code, wait and details', async (t) => {
  const { client } = await homeserver(t, (_, response) =>
    json(response, 429, { code: 'slow_mode', message: 'Slow.', details: { seconds: 5 } }, { 'retry-after': '5' }),
  );
  await assert.rejects(client().call(sendMessage, { params, body: { content: 'hello' } }), (error) => {
    assert(error instanceof ApiError);
    assert.deepEqual([error.status, error.code, error.retry, error.details], [429, 'slow_mode', 5000, { seconds: 5 }]);
    return true;
  });
});

test('what waits for another homeserver is told apart from what is done', async (t) => {
  const { client } = await homeserver(t, (_, response) => refused(response, 202, 'pending'));
  await assert.rejects(client().call(sendMessage, { params, body: { content: 'hello' } }), {
    code: 'pending',
    status: 202,
  });
});

test('an answer of something in between, or none, is told apart', async (t) => {
  const { client } = await homeserver(t, (_, response) => response.writeHead(502).end('<html>Bad gateway'));
  await assert.rejects(client().call(getServer), { code: 'bad_answer', status: 502 });
  await assert.rejects(createHttpClient({ baseUrl: 'http://127.0.0.1:1' }).call(getServer), {
    code: 'network',
    status: 0,
  });
});

test('an aborted call rejects with the reason of its signal', async (t) => {
  const { client } = await homeserver(t, () => {});
  const controller = new AbortController();
  const call = client().call(getServer, { signal: controller.signal });
  controller.abort(new Error('left the page'));
  await assert.rejects(call, /left the page/);
});

test('an answer that does not come in time is a network error', async (t) => {
  const { client } = await homeserver(t, () => {});
  await assert.rejects(client({ timeoutMs: 20 }).call(getServer), { code: 'network' });
});

test('calls that find the session stale share one refresh', async (t) => {
  let refreshes = 0;
  const { client } = await homeserver(t, (request, response) => {
    if (request.url === '/api/v1/sessions/refresh') {
      refreshes++;
      assert.equal(request.body, '{"refresh_token":"fm_r_1"}');
      assert.equal(request.headers['authorization'], undefined);
      return json(response, 200, { token: 'fm_s_2', refresh_token: 'fm_r_2', expires_in: 1 });
    }
    if (request.headers['authorization'] !== 'Bearer fm_s_2') return refused(response, 401, 'session_ended');
    return json(response, 200, { handle: 'ada' });
  });
  const told: unknown[] = [];
  const asks = client({
    tokens: { token: 'fm_s_1', refresh_token: 'fm_r_1' },
    onTokens: (tokens) => told.push(tokens),
  });
  const answers = await Promise.all([1, 2, 3, 4].map(() => asks.call(getAccount)));
  assert.deepEqual(
    answers.map((account) => account.handle),
    ['ada', 'ada', 'ada', 'ada'],
  );
  assert.equal(refreshes, 1);
  assert.deepEqual(told, [{ token: 'fm_s_2', refresh_token: 'fm_r_2' }]);
});

test('a refused refresh ends the session; the first refusal is what the caller sees', async (t) => {
  const { seen, client } = await homeserver(t, (request, response) =>
    refused(response, 401, request.url === '/api/v1/sessions/refresh' ? 'token_reused' : 'session_ended'),
  );
  const told: unknown[] = [];
  const asks = client({
    tokens: { token: 'fm_s_1', refresh_token: 'fm_r_1' },
    onTokens: (tokens) => told.push(tokens),
  });
  await assert.rejects(asks.call(getAccount), { code: 'session_ended' });
  assert.deepEqual(told, [undefined]);
  assert.equal(asks.tokens(), undefined);
  assert.equal(seen.length, 2);
});

test('without a refresh token, or with wrong credentials, nothing is tried again', async (t) => {
  const { seen, client } = await homeserver(t, (_, response) => refused(response, 401, 'wrong_credentials'));
  await assert.rejects(client({ tokens: { token: 'fm_s_1' } }).call(getAccount), { code: 'wrong_credentials' });
  await assert.rejects(client().call(logIn, { body: { login: 'ada', password: 'x' } }), { code: 'wrong_credentials' });
  assert.equal(seen.length, 2);
});

test('logging in keeps the tokens, logging out forgets them', async (t) => {
  const { seen, client } = await homeserver(t, (request, response) =>
    request.url === '/api/v1/sessions/end'
      ? response.writeHead(204).end()
      : json(response, 201, { token: 'fm_s_1', refresh_token: 'fm_r_1', expires_in: 1 }),
  );
  const asks = client();
  await asks.call(logIn, { body: { login: 'ada', password: 'correct horse' } });
  assert.deepEqual(JSON.parse(seen[0]!.body), { transport: 'bearer', login: 'ada', password: 'correct horse' });
  assert.deepEqual(asks.tokens(), { token: 'fm_s_1', refresh_token: 'fm_r_1' });
  await asks.call(logOut);
  assert.equal(seen[1]!.headers['authorization'], 'Bearer fm_s_1');
  assert.equal(asks.tokens(), undefined);
});

test('in cookie mode no token is held or sent', async (t) => {
  let fresh = false;
  const { seen, client } = await homeserver(t, (request, response) => {
    if (request.url === '/api/v1/sessions/refresh') {
      fresh = true;
      return json(response, 200, { expires_in: 1 });
    }
    return fresh ? response.writeHead(204).end() : refused(response, 401, 'unauthenticated');
  });
  const asks = client({ mode: 'cookie' });
  await asks.call(endSession, { params: { session: 'x_1' } });
  assert.deepEqual(
    seen.map((request) => request.url),
    ['/api/v1/sessions/x_1', '/api/v1/sessions/refresh', '/api/v1/sessions/x_1'],
  );
  assert(seen.every((request) => request.headers['authorization'] === undefined));
  assert.equal(seen[1]!.body, '{}');
});
