import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseCanonical } from '@folkmoot/federation/canonical-json.ts';
import type { Discovery } from '@folkmoot/federation/discovery.ts';
import { ProtocolError } from '@folkmoot/federation/protocol-error.ts';
import { type VerifiedRequest, verifyRequest, type VerifyPorts } from '@folkmoot/federation/verify-request.ts';
import type { Clock } from '../base/clock.ts';
import { Refusal } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { RateLimiter } from '../base/rate-limit.ts';
import { checkOf } from '../http/checks.ts';
import { networkOf } from '../http/client-address.ts';
import { failureOf } from '../http/error-answer.ts';
import type { FederationEndpoint, PeerRequest } from './endpoint.ts';
import type { FederationLimit } from './limits.ts';
import { discardBody, readRawBody } from './raw-body.ts';

export const API_PATH = '/federation/v1';

export interface AnswerParts extends Pick<VerifyPorts, 'self' | 'names' | 'nonces' | 'requireWelcome'> {
  endpoints: readonly FederationEndpoint[];
  discovery: Discovery;
  limiter: RateLimiter<FederationLimit>;
  addressOf(request: IncomingMessage): string;
  clock: Clock;
  log: Log;
}

/** For what no endpoint takes: it is proven who asks before anything else is said. */
const UNKNOWN_MAX_BYTES = 64 * 1024;

/** Answers other homeservers. Who asks is proven before a body is parsed or anything is looked up for it. [SIG-4] */
export function answerPeers(parts: AnswerParts): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { clock, log } = parts;
  const byPath = Map.groupBy(parts.endpoints, ({ path }) => API_PATH + path);

  return async (request, response) => {
    const id = randomBytes(8).toString('hex');
    response.setHeader('X-Request-Id', id);
    let server: string | undefined;
    try {
      const [path = ''] = (request.url ?? '').split('?', 1);
      const inPath = byPath.get(path) ?? [];
      const endpoint = inPath.find(({ method }) => method === request.method);
      const verified = await verify(parts, request, endpoint?.maxBytes ?? UNKNOWN_MAX_BYTES);
      server = verified.server;
      await parts.discovery.confirm(server);
      requireTurn(parts.limiter, 'peer', server);
      if (!endpoint) throw new Refusal(inPath.length === 0 ? 'not_found' : 'method_not_allowed');
      send(request, response, 200, await endpoint.answer(readRequest(request, verified, endpoint)));
      log.debug({ request: id, endpoint: endpoint.name, server }, 'answered a homeserver');
    } catch (error) {
      const { status, answer, retry, broken } = failureOf(error, id);
      if (broken) log.error({ err: error, request: id, server }, 'a request of a homeserver failed');
      else log.debug({ err: error, request: id, server, code: answer.code }, 'refused a homeserver');
      if (retry !== undefined) response.setHeader('Retry-After', String(Math.ceil(retry / 1_000)));
      send(request, response, status, { ...answer, server_time: clock.now() });
    }
  };
}

function verify(parts: AnswerParts, request: IncomingMessage, maxBytes: number): Promise<VerifiedRequest> {
  const { self, names, nonces, requireWelcome, discovery, limiter, addressOf, clock } = parts;
  const { method = '', url = '', headersDistinct: headers } = request;
  return verifyRequest(
    { method, url, headers },
    {
      self,
      names,
      nonces,
      requireWelcome,
      now: () => clock.now(),
      // By address: anybody can write the name of somebody else.
      takeTurn: () => requireTurn(limiter, 'address', networkOf(addressOf(request))),
      keyOf: (server, kid) => discovery.keyOf(server, kid),
      readBody: () => readRawBody(request, maxBytes),
    },
  );
}

function readRequest(request: IncomingMessage, verified: VerifiedRequest, endpoint: FederationEndpoint): PeerRequest {
  if (verified.contentType !== 'application/json') throw new Refusal('unsupported_media_type');
  const value = parseCanonical(verified.body, { maxBytes: endpoint.maxBytes });
  const mistake = checkOf(endpoint.body)(value);
  if (mistake) throw new Refusal('invalid_body', { ...mistake });
  return { ...verified, method: request.method ?? '', target: request.url ?? '', value };
}

function requireTurn(limiter: RateLimiter<FederationLimit>, name: FederationLimit, key: string): void {
  const { ok, retry_ms } = limiter.take(name, key);
  if (!ok) throw new ProtocolError('rate_limited', `too many requests by ${name}`, { retry: retry_ms });
}

function send(request: IncomingMessage, response: ServerResponse, status: number, value: object): void {
  if (!request.complete) {
    response.setHeader('Connection', 'close');
    discardBody(request);
  }
  const text = JSON.stringify(value);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(text);
}
