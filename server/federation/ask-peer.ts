import { randomBytes } from 'node:crypto';
import { canonicalize, parseShallow, textWithin } from '@folkmoot/federation/canonical-json.ts';
import type { Discovery } from '@folkmoot/federation/discovery.ts';
import { signRequest } from '@folkmoot/federation/request-signature.ts';
import { requireServerName, type ServerNameRules } from '@folkmoot/federation/server-name.ts';
import { ErrorAnswer } from '@folkmoot/protocol-spec/schemas/errors.ts';
import type { Static, TSchema } from 'typebox';
import type { Clock } from '../base/clock.ts';
import { checkOf } from '../http/checks.ts';
import type { ServerKeys } from '../streams/server-keys.ts';
import { ClientError, type GuardedClient } from './guarded-client.ts';

/** The other homeserver answered, and not with what was asked for. */
export class PeerRefusal extends Error {
  override readonly name = 'PeerRefusal';
  readonly code: string;
  readonly status: number;
  /** The clock of the other one, where it said so. */
  readonly serverTime: number | undefined;

  constructor(status: number, { code, message, server_time }: Pick<ErrorAnswer, 'code' | 'message' | 'server_time'>) {
    super(message);
    this.code = code;
    this.status = status;
    this.serverTime = server_time;
  }
}

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

export interface Question<A extends TSchema> {
  /** Below the `api` of the other homeserver. */
  path: string;
  body: object;
  answer: A;
}

const MAX_ANSWER = 64 * 1024;
const ANSWER_MS = 10_000;
const isError = checkOf(ErrorAnswer);

/** Asks another homeserver with a signed POST. Throws ProtocolError, ClientError and PeerRefusal. */
export async function askPeer<A extends TSchema>(
  parts: AskParts,
  server: string,
  { path, body, answer }: Question<A>,
): Promise<Static<A>> {
  const { self, names, discovery, client, keys, clock, requireWelcome } = parts;
  requireServerName(server, names);
  await requireWelcome(server);
  const { document } = await discovery.keysOf(server);
  const url = urlBelow(document.api, path);
  const bytes = Buffer.from(canonicalize(body));
  const headers = signRequest(
    {
      method: 'POST',
      target: url.pathname,
      host: url.host,
      to: server,
      body: bytes,
      contentType: 'application/json',
      now: clock.now(),
      nonce: randomBytes(16).toString('base64url'),
    },
    self,
    keys.signing,
  );
  const answered = await client.request({
    method: 'POST',
    url,
    headers,
    body: bytes,
    maxBytes: MAX_ANSWER,
    timeoutMs: ANSWER_MS,
  });
  const value = parse(answered.body);
  if (answered.status !== 200) throw refusalOf(answered.status, value);
  if (checkOf(answer)(value))
    throw new PeerRefusal(200, { code: 'not_understood', message: 'Its answer does not have the form it should.' });
  await discovery.confirm(server);
  return value as Static<A>;
}

function urlBelow(api: string, path: string): URL {
  const url = URL.canParse(api) ? new URL(api + path) : undefined;
  if (url?.protocol !== 'https:' || url.username + url.password + url.search + url.hash !== '')
    throw new ClientError('unreachable', `its key document names an API that is no https address`);
  return url;
}

function parse(body: Buffer): unknown {
  try {
    return parseShallow(textWithin(body, MAX_ANSWER));
  } catch {
    return undefined;
  }
}

function refusalOf(status: number, value: unknown): PeerRefusal {
  if (!isError(value)) return new PeerRefusal(status, value as ErrorAnswer);
  const message = `It answered ${status} and is no homeserver, or something in front of it does not let this through.`;
  return new PeerRefusal(status, { code: 'not_understood', message });
}
