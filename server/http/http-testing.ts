import type { TestContext } from 'node:test';
import { manualClock } from '../base/clock.ts';
import { createLog } from '../base/log.ts';
import { unlimited } from '../base/rate-limit.ts';
import { createHttpApp, type HttpAppOptions } from './http-app.ts';
import { HttpServer } from './http-server.ts';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed text, undefined when it is empty or no JSON. */
  json: Record<string, unknown> | undefined;
  /** Of a refusal. */
  code: string | undefined;
}

export interface AskOptions {
  token?: string | undefined;
  headers?: Record<string, string>;
  /** Sent as JSON; a string is sent as it is. */
  body?: unknown;
}

export interface Served {
  url: string;
  /** Lines of the log. */
  lines: string[];
  ask(method: string, path: string, options?: AskOptions): Promise<Answer>;
  stop(): Promise<void>;
}

/** Serves bindings on a free port for one test, with answers checked. */
export async function serve(t: TestContext, options: Partial<HttpAppOptions>): Promise<Served> {
  const lines: string[] = [];
  const app = createHttpApp({
    config: { public_url: 'http://localhost:8448', trusted_proxies: [] },
    log: createLog({ level: 'debug', format: 'json', write: (line) => void lines.push(line) }),
    clock: manualClock(),
    limiter: unlimited,
    authenticate: () => Promise.resolve(undefined),
    bindings: [],
    reasonsAgainst: () => [],
    webClientFolder: '/nonexistent',
    checkAnswers: true,
    ...options,
  });
  const server = new HttpServer(app);
  const { port } = await server.listen('127.0.0.1', 0);
  t.after(() => server.stop());
  const url = `http://127.0.0.1:${port}`;
  return { url, lines, ask: (method, path, asked = {}) => ask(url, method, path, asked), stop: () => server.stop() };
}

async function ask(
  url: string,
  method: string,
  path: string,
  { token, headers = {}, body }: AskOptions,
): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = jsonOf(text);
  const code = typeof json?.['code'] === 'string' ? json['code'] : undefined;
  return { status: response.status, headers: response.headers, text, json, code };
}

function jsonOf(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
