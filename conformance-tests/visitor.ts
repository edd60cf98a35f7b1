import type { CallableEndpoint, CallAnswer, CallOptions } from '@folkmoot/protocol-spec/client/http-client.ts';
import type { ErrorAnswer, RefusalCode } from '@folkmoot/protocol-spec/schemas/errors.ts';
import { refusals } from '@folkmoot/protocol-spec/schemas/errors.ts';
import { checkAnswer, type CheckedEndpoint, jsonOf } from './check-answer.ts';
import type { Rules } from './rules.ts';
import { type RawAnswer, sendRequest } from './send-request.ts';

export type AskedEndpoint = CallableEndpoint & CheckedEndpoint;

/** What can be asked of any endpoint, right or wrong. */
export interface AnyOptions {
  params?: Record<string, string>;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  /** Sent instead of `body`, as it is. */
  text?: string | Buffer;
  headers?: Record<string, string>;
}

type Optional<T> = Record<never, never> extends T ? [options?: T] : [options: T];

export interface VisitorParts {
  url: string;
  rules: Rules;
  signal: AbortSignal;
}

/** Somebody at the door of a homeserver, with or without a session. */
export class Visitor {
  readonly parts: VisitorParts;
  /** Access token of the session. */
  token: string | undefined;

  constructor(parts: VisitorParts, token?: string) {
    this.parts = parts;
    this.token = token;
  }

  /**
   * Asks for anything and gets whatever the answer is; its form is checked by the way. Where there is too much to do for it now,
   * which what else is played at the same time may bring about, it is asked for again after a while, as clients do.
   */
  tries(endpoint: AskedEndpoint, options: AnyOptions = {}): Promise<RawAnswer> {
    return mayBeLeft(this.#tries(endpoint, options));
  }

  async #tries(endpoint: AskedEndpoint, options: AnyOptions): Promise<RawAnswer> {
    let answer = await this.#triesOnce(endpoint, options);
    for (let pause = pauseOf(answer); pause !== undefined && !this.parts.signal.aborted; pause = pauseOf(answer)) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      answer = await this.#triesOnce(endpoint, options);
    }
    return answer;
  }

  async #triesOnce(endpoint: AskedEndpoint, options: AnyOptions): Promise<RawAnswer> {
    const { url, rules, signal } = this.parts;
    const text = options.text ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
    const answer = await sendRequest(url, {
      method: endpoint.method,
      path: `/api/v1${pathOf(endpoint.path, options.params)}${queryOf(options.query)}`,
      headers: {
        accept: 'application/json',
        ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
        ...(text === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      body: text,
      signal,
    });
    checkAnswer(rules, endpoint, answer);
    // Nothing that a client sends may break a homeserver, so this is never what a case waits for.
    if (answer.status === 500) throw new Unexpected(endpoint, answer, 'anything but a failure');
    return answer;
  }

  /** Asks for what must be granted. */
  asks<E extends AskedEndpoint>(endpoint: E, ...[options]: Optional<CallOptions<E>>): Promise<CallAnswer<E>> {
    return mayBeLeft(this.#asks(endpoint, options as AnyOptions | undefined));
  }

  async #asks<E extends AskedEndpoint>(endpoint: E, options: AnyOptions | undefined): Promise<CallAnswer<E>> {
    const answer = await this.#tries(endpoint, options ?? {});
    if (answer.status !== endpoint.status) throw new Unexpected(endpoint, answer, String(endpoint.status));
    return (answer.status === 204 ? undefined : jsonOf(answer)) as CallAnswer<E>;
  }

  /** Asks for what must be refused with this code. */
  async isRefused(code: RefusalCode, endpoint: AskedEndpoint, options: AnyOptions = {}): Promise<ErrorAnswer> {
    const answer = await this.tries(endpoint, options);
    const error = jsonOf(answer) as ErrorAnswer | undefined;
    if (answer.status !== refusals[code].status || error?.code !== code) throw new Unexpected(endpoint, answer, code);
    return error;
  }
}

/** Where a homeserver that is busy does not say for how long. */
const busyMs = 1_000;

/** How long to wait, in milliseconds, where the homeserver is busy. [ERR-1] */
function pauseOf(answer: RawAnswer): number | undefined {
  if (answer.status !== refusals.busy.status) return undefined;
  const { code, retry = busyMs } = jsonOf(answer) as ErrorAnswer;
  return code === 'busy' ? retry : undefined;
}

/** An answer other than the one that a case waits for. */
class Unexpected extends Error {
  constructor({ name }: AskedEndpoint, { status, text }: RawAnswer, expected: string) {
    super(`${name}: expected ${expected}, got ${status} ${text.slice(0, 500)}`);
  }
}

/** A case that fails in the middle leaves what it asked for meanwhile: nobody waits for that any more. */
function mayBeLeft<T>(answer: Promise<T>): Promise<T> {
  answer.catch(() => undefined);
  return answer;
}

export function pathOf(path: string, params: Record<string, string> = {}): string {
  return path.replace(/\{([a-z_]+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? `{${name}}`));
}

function queryOf(query: AnyOptions['query'] = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
