import type { Static } from 'typebox';
import { LoggedIn, logOut, refreshSession } from '../schemas/client/accounts.ts';
import type { AnswerOf, BodyOf, Endpoint, ParamsOf, QueryOf } from '../schemas/client/endpoint.ts';
import { ApiError, errorOf } from './api-error.ts';
import { type Tokens, type TokenStore, tokenStore } from './token-store.ts';

type Known<T> = unknown extends T ? never : T;
type Field<Name extends string, T> = [T] extends [never]
  ? { [K in Name]?: never }
  : Record<never, never> extends T
    ? { [K in Name]?: T }
    : { [K in Name]: T };

/** What a call of this endpoint needs; `params` and `body` are left out where the endpoint has none. */
export type CallOptions<E> = Field<'params', ParamsOf<E>> &
  Field<'query', QueryOf<E>> &
  Field<'body', Known<BodyOf<E>>> & { signal?: AbortSignal };

/** What a call resolves to: `undefined` for an endpoint that answers 204. */
export type CallAnswer<E> = unknown extends AnswerOf<E> ? undefined : AnswerOf<E>;

type OptionalArgument<T> = Record<never, never> extends T ? [options?: T] : [options: T];

export interface HttpClient {
  /**
   * Asks once, refreshing the session where needed; throws `ApiError`, or the reason of an aborted signal. Code `pending` says that it
   * waits for the hub of the space, with the id in `details.intent`. [PEND-2]
   */
  call: <E extends CallableEndpoint>(
    endpoint: E,
    ...options: OptionalArgument<CallOptions<E>>
  ) => Promise<CallAnswer<E>>;
  /** The tokens of bearer mode, now. */
  tokens: () => Tokens | undefined;
  /** Takes tokens from elsewhere, or forgets them; `onTokens` is not called. */
  setTokens: (tokens: Tokens | undefined) => void;
  /** Gets fresh tokens or cookies; false where the session has ended. Calls at the same time share one request. */
  refresh: () => Promise<boolean>;
  readonly mode: 'cookie' | 'bearer';
  readonly baseUrl: string;
}

export type CallableEndpoint = Pick<Endpoint, 'method' | 'path' | 'auth' | 'status'>;

export interface HttpClientOptions {
  /** Origin of the homeserver without a path, `''` for the one that served the page. */
  baseUrl: string;
  /** `cookie`: tokens stay in httpOnly cookies. `bearer` (default): they are held here. */
  mode?: 'cookie' | 'bearer';
  tokens?: Tokens;
  /** Told of new tokens (bearer mode), and of `undefined` when the session has ended (both modes). */
  onTokens?: (tokens: Tokens | undefined) => void;
  fetch?: typeof fetch;
  /** How long an answer may take; 30 s. */
  timeoutMs?: number;
}

/** Client of the HTTP API for browsers and Node, typed by the endpoint values. [API-2] */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { baseUrl, mode = 'bearer', onTokens, timeoutMs = 30_000 } = options;
  const send = options.fetch ?? fetch;
  const store: TokenStore = tokenStore({ mode, tokens: options.tokens, onTokens, refresh: requestRefresh });

  async function ask(endpoint: CallableEndpoint, given: AnyOptions, token: string | undefined): Promise<unknown> {
    const headers: Record<string, string> = { accept: 'application/json', 'x-folkmoot-request': '1' };
    const body = bodyOf(endpoint, given.body);
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await send(`${baseUrl}/api/v1${pathOf(endpoint.path, given.params)}${queryOf(given.query)}`, {
        method: endpoint.method,
        headers,
        credentials: mode === 'cookie' ? 'same-origin' : 'omit',
        redirect: 'error',
        signal: given.signal ? AbortSignal.any([given.signal, timeout]) : timeout,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      // 202 is no answer of the endpoint: what was asked waits for another homeserver.
      if (!response.ok || response.status === 202) throw await errorOf(response);
      return response.status === 204 ? undefined : await response.json();
    } catch (error) {
      if (error instanceof ApiError) throw error;
      if (given.signal?.aborted) throw given.signal.reason;
      throw new ApiError(0, { code: 'network', message: 'The homeserver cannot be reached.' }, error);
    }
  }

  async function requestRefresh(refreshToken: string | undefined): Promise<Static<typeof LoggedIn>> {
    const body = refreshToken === undefined ? {} : { refresh_token: refreshToken };
    return (await ask(refreshSession, { body }, undefined)) as Static<typeof LoggedIn>;
  }

  /** Whoever logs in gets the tokens the way this client keeps them. */
  function bodyOf(endpoint: CallableEndpoint, body: unknown): unknown {
    return logsIn(endpoint) && endpoint.path !== refreshSession.path ? { transport: mode, ...(body as object) } : body;
  }

  async function call(endpoint: CallableEndpoint, given: AnyOptions = {}): Promise<unknown> {
    const generation = store.generation();
    let answer: unknown;
    try {
      answer = await ask(endpoint, given, logsIn(endpoint) ? undefined : store.accessToken());
    } catch (error) {
      if (endpoint.auth === 'none' || !sessionMayBeStale(error)) throw error;
      const renewed = store.generation() !== generation || (await store.refresh());
      if (!renewed) throw error;
      answer = await ask(endpoint, given, store.accessToken());
    }
    if (logsIn(endpoint)) store.loggedIn(answer as Static<typeof LoggedIn>);
    if (endpoint.path === logOut.path) store.ended();
    return answer;
  }

  return {
    call: call as HttpClient['call'],
    tokens: store.tokens,
    setTokens: store.setTokens,
    refresh: store.refresh,
    mode,
    baseUrl,
  };
}

type Query = Record<string, string | number | boolean | undefined>;

interface AnyOptions {
  params?: Record<string, string>;
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
}

function logsIn(endpoint: CallableEndpoint): boolean {
  return 'answer' in endpoint && endpoint.answer === LoggedIn;
}

function sessionMayBeStale(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    error.status === 401 &&
    (error.code === 'session_ended' || error.code === 'unauthenticated')
  );
}

function pathOf(path: string, params: Record<string, string> = {}): string {
  return path.replace(/\{([a-z_]+)\}/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined || value === '') throw new TypeError(`path parameter ${name} is missing`);
    return encodeURIComponent(value);
  });
}

function queryOf(query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
