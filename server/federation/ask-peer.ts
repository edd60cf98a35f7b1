import { randomBytes } from 'node:crypto';
import { canonicalize, parseShallow, textWithin } from '@folkmoot/federation/canonical-json.ts';
import type { Discovery } from '@folkmoot/federation/discovery.ts';
import { signRequest } from '@folkmoot/federation/request-signature.ts';
import { requireServerName, type ServerNameRules } from '@folkmoot/federation/server-name.ts';
import { ErrorAnswer } from '@folkmoot/protocol-spec/schemas/errors.ts';
import type { PeerEndpoint } from '@folkmoot/protocol-spec/schemas/federation/endpoint.ts';
import type { Static, TObject, TSchema } from 'typebox';
import type { Clock } from '../base/clock.ts';
import { checkOf } from '../http/checks.ts';
import type { ServerKeys } from '../streams/server-keys.ts';
import { ClientError, type GuardedAnswer, type GuardedClient } from './guarded-client.ts';
import { PeerRefusal } from './peer-refusal.ts';

export interface AskParts {
  self: string;
  names: ServerNameRules;
  discovery: Discovery;
  client: GuardedClient;
  keys: ServerKeys;
  clock: Clock;
  /** Throws ProtocolError `server_blocked` or `identity_changed`. */
  requireWelcome(server: string): Promise<void>;
}

/** What goes along with a request, by the schemas of its endpoint. */
export interface Question<P extends TObject = TObject, Q extends TObject = TObject, B extends TSchema = TSchema> {
  params?: Static<P>;
  query?: Partial<Static<Q>>;
  body?: Static<B>;
  /** Instead of a body, of endpoints that take lines. */
  lines?: readonly string[];
  timeoutMs?: number;
}

export interface AnsweredLines<Header> {
  /** The first line, of endpoints that have one. */
  header: Header;
  /** As they came, without their LF. */
  lines: string[];
}

export const JSON_TYPE = 'application/json';
export const LINES_TYPE = 'application/x-ndjson';

const MAX_ANSWER = 512 * 1024;
/** A page of 2 MiB, its last line and its header. */
const MAX_LINES = 2 * 1024 * 1024 + 256 * 1024;
/** More than any page has. Each that is no event costs more to look at than to send. */
const MOST_LINES = 4_096;
const ANSWER_MS = 10_000;
const UNKEPT = /\\u(?:0000|d[89a-f])/;
const isNoError = checkOf(ErrorAnswer);

/** Asks another homeserver with a signed request. Throws ProtocolError, ClientError and PeerRefusal. */
export async function askPeer<P extends TObject, Q extends TObject, B extends TSchema, A extends TSchema>(
  parts: AskParts,
  server: string,
  endpoint: PeerEndpoint<P, Q, B, A>,
  question: Question<P, Q, B> = {},
): Promise<Static<A>> {
  const { body } = await ask(parts, server, endpoint as unknown as PeerEndpoint, question, MAX_ANSWER);
  const value = parse(body);
  if (endpoint.answer && checkOf(endpoint.answer)(value)) throw notUnderstood();
  return value as Static<A>;
}

/** `askPeer` for endpoints that answer in lines. */
export async function askPeerLines<P extends TObject, Q extends TObject, B extends TSchema, A extends TSchema>(
  parts: AskParts,
  server: string,
  endpoint: PeerEndpoint<P, Q, B, A>,
  question: Question<P, Q, B> = {},
): Promise<AnsweredLines<Static<A>>> {
  const { body } = await ask(parts, server, endpoint as unknown as PeerEndpoint, question, MAX_LINES);
  const lines = body.length === 0 ? [] : body.toString('utf8').split('\n', MOST_LINES + 2);
  if (lines.length > MOST_LINES + 1 || (lines.length > 0 && lines.pop() !== '')) throw notUnderstood();
  if (!endpoint.answer) return { header: undefined as Static<A>, lines };
  const header = parse(lines.shift() ?? '');
  if (checkOf(endpoint.answer)(header)) throw notUnderstood();
  return { header: header as Static<A>, lines };
}

async function ask(
  parts: AskParts,
  server: string,
  { method, path, status = 200 }: PeerEndpoint,
  { params = {}, query = {}, body, lines, timeoutMs = ANSWER_MS }: Question,
  maxBytes: number,
): Promise<GuardedAnswer> {
  const { names, discovery, client, requireWelcome } = parts;
  requireServerName(server, names);
  await requireWelcome(server);
  const { document } = await discovery.keysOf(server);
  const url = urlBelow(document.api, pathWith(path, params as Record<string, string>), query);
  const bytes = Buffer.from(lines ? lines.map((line) => `${line}\n`).join('') : body ? canonicalize(body) : '');
  const contentType = lines ? LINES_TYPE : body ? JSON_TYPE : undefined;
  const send = () => {
    const headers = headersOf(parts, server, { method, url, bytes, contentType });
    return client.request({ method, url, headers, body: bytes, maxBytes, timeoutMs });
  };
  // It closed the connection just as it was used again, and may have done so with the next one, too.
  const again = (error: unknown) => {
    if (error instanceof ClientError && error.wasReset) return send();
    throw error;
  };
  const answered = await send().catch(again).catch(again);
  if (answered.status !== status) throw refusalOf(answered);
  await discovery.confirm(server);
  return answered;
}

function headersOf(
  { self, keys, clock }: AskParts,
  server: string,
  request: { method: string; url: URL; bytes: Buffer; contentType: string | undefined },
): Record<string, string> {
  const { method, url, bytes, contentType } = request;
  return signRequest(
    {
      method,
      target: url.pathname + url.search,
      host: url.host,
      to: server,
      body: bytes,
      ...(contentType === undefined ? {} : { contentType }),
      now: clock.now(),
      nonce: randomBytes(16).toString('base64url'),
    },
    self,
    keys.signing,
  );
}

/** Throws ClientError where the key document of the other one names no https address. */
export function urlBelow(api: string, path: string, query: object = {}): URL {
  const url = URL.canParse(api) ? new URL(api + path) : undefined;
  if (url?.protocol !== 'https:' || url.username + url.password + url.search + url.hash !== '')
    throw new ClientError('unreachable', `its key document names an API that is no https address`);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}

function pathWith(path: string, params: Record<string, string>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}

function parse(body: Buffer | string): unknown {
  try {
    const text = textWithin(body, MAX_ANSWER);
    const value = parseShallow(text);
    // U+0000 and half a surrogate pair can only come as an escape, and are what no database keeps. [CAN-4]
    return text.includes('\\u') && UNKEPT.test(JSON.stringify(value)) ? undefined : value;
  } catch {
    return undefined;
  }
}

const notUnderstood = () =>
  new PeerRefusal(200, { code: 'not_understood', message: 'Its answer does not have the form it should.' });

function refusalOf({ status, body }: GuardedAnswer): PeerRefusal {
  const value = parse(body);
  if (!isNoError(value)) return new PeerRefusal(status, value as ErrorAnswer);
  const message = `It answered ${status} and is no homeserver, or something in front of it does not let this through.`;
  return new PeerRefusal(status, { code: 'not_understood', message });
}
