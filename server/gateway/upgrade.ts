import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { isOwnOrigin } from '../http/cross-site.ts';

export interface UpgradeRefusal {
  status: string;
  message: string;
}

export const refusedUpgrades = {
  not_found: { status: '404 Not Found', message: 'There is nothing here.' },
  token_in_url: { status: '400 Bad Request', message: 'Tokens go into the identify frame, never into an address.' },
  wrong_origin: { status: '403 Forbidden', message: 'Pages of other sites may not connect.' },
  too_many: { status: '429 Too Many Requests', message: 'Too many connections from this address.' },
  full: { status: '503 Service Unavailable', message: 'There are too many connections; come back later.' },
} as const satisfies Record<string, UpgradeRefusal>;

/** Why an upgrade is refused by what it says itself; undefined where it is fine. Programs send no Origin. [GW-1] */
export function refusalOf({ url = '', headers }: IncomingMessage, publicUrl: string): UpgradeRefusal | undefined {
  const question = url.indexOf('?');
  const path = question < 0 ? url : url.slice(0, question);
  if (path !== '/gateway') return refusedUpgrades.not_found;
  if (question >= 0 && /token=|fm_[a-z]_/i.test(url.slice(question))) return refusedUpgrades.token_in_url;
  if (headers.origin !== undefined && !isOwnOrigin(headers.origin, headers.host, publicUrl))
    return refusedUpgrades.wrong_origin;
  return undefined;
}

export function refuseUpgrade(socket: Duplex, { status, message }: UpgradeRefusal): void {
  const body = JSON.stringify({ code: 'upgrade_refused', message });
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
