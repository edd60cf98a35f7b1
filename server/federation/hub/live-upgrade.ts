import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { liveLimits, LIVE_PATH } from '@folkmoot/protocol-spec/schemas/federation/live.ts';
import type { WebSocketServer } from 'ws';
import { Refusal } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { failureOf } from '../../http/error-answer.ts';
import { socketOptions } from '../../http/socket-options.ts';
import { API_PATH, verifyPeer, type VerifyParts } from '../answer-peers.ts';
import { requireTurn } from '../limits.ts';
import type { LiveHub } from './live-hub.ts';

export interface UpgradeParts extends VerifyParts {
  hub: LiveHub;
  log: Log;
}

const NO_BODY = new Uint8Array();

/** Takes the live connections of followers; who asks is proven as for any request. [LIVE-1] */
export async function createLiveUpgrade(parts: UpgradeParts) {
  const { WebSocketServer } = await import('ws');
  const server: WebSocketServer = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    ...socketOptions,
    maxPayload: liveLimits.frameBytes,
  });
  const { hub, log, clock } = parts;

  return async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const drop = () => socket.destroy();
    socket.on('error', drop);
    const id = randomBytes(8).toString('hex');
    try {
      const { server: follower } = await verifyPeer(parts, request, 0, async () => NO_BODY);
      if (request.url !== API_PATH + LIVE_PATH) throw new Refusal('not_found');
      requireTurn(parts.limiter, 'live', follower);
      if (socket.destroyed) return;
      server.handleUpgrade(request, socket, head, (webSocket) => {
        socket.off('error', drop);
        void hub.open(follower, webSocket);
      });
    } catch (error) {
      const { status, answer, broken } = failureOf(error, id);
      if (broken) log.error({ err: error, request: id }, 'the upgrade of a homeserver failed');
      refuse(socket, status, JSON.stringify({ ...answer, server_time: clock.now() }));
    }
  };
}

function refuse(socket: Duplex, status: number, body: string): void {
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
