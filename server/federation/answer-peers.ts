import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { canonicalize, parseCanonical } from '@folkmoot/federation/canonical-json.ts';
import type { Discovery } from '@folkmoot/federation/discovery.ts';
import { type VerifiedRequest, verifyRequest, type VerifyPorts } from '@folkmoot/federation/verify-request.ts';
import type { Clock } from '../base/clock.ts';
import { Refusal } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { RateLimiter } from '../base/rate-limit.ts';
import { checkOf } from '../http/checks.ts';
import { networkOf } from '../http/client-address.ts';
import { failureOf } from '../http/error-answer.ts';
import { JSON_TYPE, LINES_TYPE } from './ask-peer.ts';
import type { BodiesUnderWay } from './bodies-under-way.ts';
import { Lines, type PeerBinding, type PeerRequest } from './endpoint.ts';
import { type FederationLimit, requireTurn } from './limits.ts';
import { peerRouter, type Route } from './peer-router.ts';
import { discardBody, readRawBody } from './raw-body.ts';

export const API_PATH = '/federation/v1';

export interface VerifyParts extends Pick<VerifyPorts, 'self' | 'names' | 'nonces' | 'requireWelcome'> {
  discovery: Discovery;
  limiter: RateLimiter<FederationLimit>;
  bodies: BodiesUnderWay;
  addressOf(request: IncomingMessage): string;
  /** It can be reached, because it is there. */
  heard(server: string): void;
  clock: Clock;
}

export interface AnswerParts extends VerifyParts {
  bindings: readonly PeerBinding[];
  log: Log;
}

/** For what no endpoint takes: it is proven who asks before anything else is said. */
const UNKNOWN_MAX_BYTES = 64 * 1024;

/** Answers other homeservers. Who asks is proven before a body is parsed or anything is looked up for it. [SIG-4] */
export function answerPeers(parts: AnswerParts): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { clock, log } = parts;
  const router = peerRouter(API_PATH, parts.bindings);

  return async (request, response) => {
    const id = randomBytes(8).toString('hex');
    response.setHeader('X-Request-Id', id);
    let server: string | undefined;
    try {
      const { method = '', url = '' } = request;
      const [path = ''] = url.split('?', 1);
      const verified = await verifyPeer(parts, request, router.maxBytes(method, path) ?? UNKNOWN_MAX_BYTES);
      server = verified.server;
      const route = router.find(method, path);
      const { endpoint, answer } = route.binding;
      const answered = await answer(readRequest(method, url, verified, route));
      if (answered instanceof Lines) send(request, response, 200, LINES_TYPE, textOf(answered));
      else send(request, response, endpoint.status ?? 200, JSON_TYPE, JSON.stringify(answered));
      log.debug({ request: id, endpoint: endpoint.name, server }, 'answered a homeserver');
    } catch (error) {
      const { status, answer, retry, broken } = failureOf(error, id);
      if (broken) log.error({ err: error, request: id, server }, 'a request of a homeserver failed');
      else log.debug({ err: error, request: id, server, code: answer.code }, 'refused a homeserver');
      if (retry !== undefined) response.setHeader('Retry-After', String(Math.ceil(retry / 1_000)));
      send(request, response, status, JSON_TYPE, JSON.stringify({ ...answer, server_time: clock.now() }));
    }
  };
}

/** Who sent a request, and that it is their turn. Throws ProtocolError. */
export async function verifyPeer(
  parts: VerifyParts,
  request: IncomingMessage,
  maxBytes: number,
  readBody?: () => Promise<Uint8Array>,
): Promise<VerifiedRequest> {
  const { self, names, nonces, requireWelcome, discovery, limiter, bodies, addressOf, clock } = parts;
  const { method = '', url = '', headersDistinct: headers } = request;
  const asker = networkOf(addressOf(request));
  const verified = await verifyRequest(
    { method, url, headers },
    {
      self,
      names,
      nonces,
      requireWelcome,
      now: () => clock.now(),
      // By address: anybody can write the name of somebody else.
      takeTurn: () => requireTurn(limiter, 'address', asker),
      keyOf: (server, kid) => discovery.keyOf(server, kid, asker),
      readBody: readBody ?? (() => readRawBody(request, maxBytes, { bodies, network: asker })),
    },
  );
  await discovery.confirm(verified.server);
  parts.heard(verified.server);
  requireTurn(limiter, 'peer', verified.server);
  return verified;
}

function readRequest(method: string, url: string, verified: VerifiedRequest, route: Route): PeerRequest {
  const { binding, params, readQuery } = route;
  const { body, takesLines, maxBytes = 0 } = binding.endpoint;
  const question = url.indexOf('?');
  const query = readQuery(question < 0 ? '' : url.slice(question + 1));
  const wanted = body ? JSON_TYPE : takesLines ? LINES_TYPE : undefined;
  if (wanted && verified.contentType !== wanted) throw new Refusal('unsupported_media_type');
  const value = body && parseCanonical(verified.body, { maxBytes });
  const mistake = body && checkOf(body)(value);
  if (mistake) throw new Refusal('invalid_body', { ...mistake });
  return { ...verified, method, target: url, params, query, value } as PeerRequest;
}

function textOf({ lines, header }: Lines): string {
  const all = header === undefined ? lines : [canonicalize(header), ...lines];
  return all.length === 0 ? '' : `${all.join('\n')}\n`;
}

function send(request: IncomingMessage, response: ServerResponse, status: number, type: string, text: string): void {
  if (!request.complete) {
    response.setHeader('Connection', 'close');
    discardBody(request);
  }
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(text);
}
