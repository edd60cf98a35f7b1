import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { signRequest } from '@folkmoot/federation/request-signature.ts';
import { requireServerName } from '@folkmoot/federation/server-name.ts';
import { LIVE_PATH, liveLimits } from '@folkmoot/protocol-spec/schemas/federation/live.ts';
import type { WebSocket } from 'ws';
import { socketOptions } from '../../http/socket-options.ts';
import { type AskParts, urlBelow } from '../ask-peer.ts';
import { ClientError, guardedLookupFor, type GuardedClientOptions } from '../guarded-client.ts';
import { PeerRefusal } from '../peer-refusal.ts';
import { isPublicAddress } from '../public-address.ts';

const OPEN_MS = 10_000;

/** A live connection to another homeserver: a signed GET that becomes a WebSocket. Throws ProtocolError, ClientError and PeerRefusal. */
export async function openLive(parts: AskParts, guard: GuardedClientOptions, server: string): Promise<WebSocket> {
  const { WebSocket } = await import('ws');
  const { self, names, discovery, keys, clock, requireWelcome } = parts;
  requireServerName(server, names);
  await requireWelcome(server);
  const { document } = await discovery.keysOf(server);
  const url = urlBelow(document.api, LIVE_PATH);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  // An address that stands in the URL itself is never looked up.
  if (isIP(host) !== 0 && !guard.privateAddresses && !isPublicAddress(host))
    throw new ClientError('address_refused', `${host} is not a public address`);
  const headers = signRequest(
    {
      method: 'GET',
      target: url.pathname,
      host: url.host,
      to: server,
      body: new Uint8Array(),
      now: clock.now(),
      nonce: randomBytes(16).toString('base64url'),
    },
    self,
    keys.signing,
  );
  const socket = new WebSocket(url.href.replace(/^https:/, 'wss:'), {
    headers,
    handshakeTimeout: OPEN_MS,
    followRedirects: false,
    ...socketOptions,
    maxPayload: 4 * liveLimits.frameBytes,
    lookup: guardedLookupFor(guard),
    ...(guard.secureContext ? { secureContext: guard.secureContext } : {}),
  });
  await opened(socket);
  await discovery.confirm(server);
  return socket;
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    // Nothing is read before somebody listens.
    socket.once('open', () => {
      socket.pause();
      resolve();
    });
    socket.once('unexpected-response', (request, { statusCode = 0 }) => {
      request.destroy();
      reject(new PeerRefusal(statusCode, { code: 'not_understood', message: `It answered ${statusCode}.` }));
    });
    socket.once('error', (cause) =>
      reject(cause instanceof ClientError ? cause : new ClientError('unreachable', cause.message, { cause })),
    );
  });
}
