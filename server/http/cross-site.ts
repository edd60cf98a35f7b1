import type { IncomingMessage } from 'node:http';
import { Refusal } from '../base/errors.ts';

/** Any page can make a browser send cookies, but only our own can add this header. */
const requestHeader = 'x-folkmoot-request';

/**
 * Whether an Origin header names this homeserver: its public URL or, on a loopback name, the host that was asked.
 * The gateway asks this too.
 */
export function isOwnOrigin(origin: string, host: string | undefined, publicUrl: string): boolean {
  if (origin === new URL(publicUrl).origin) return true;
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  return url.origin === origin && isLoopback(url.hostname) && url.host === host;
}

/** Throws Refusal `cross_site` unless a request that changes something comes from our own pages or from no page. [API-4] */
export function requireSameSite(request: IncomingMessage, publicUrl: string, hasCookies: boolean): void {
  const { headers } = request;
  // A page of another site cannot add this header without a preflight, and those are not answered.
  if (headers.authorization !== undefined) return;
  if (headers['sec-fetch-site'] === 'cross-site') throw new Refusal('cross_site');
  if (headers.origin !== undefined && !isOwnOrigin(headers.origin, headers.host, publicUrl))
    throw new Refusal('cross_site');
  if (hasCookies && headers[requestHeader] !== '1')
    throw new Refusal('cross_site', { header: 'X-Folkmoot-Request: 1' });
}

const isLoopback = (hostname: string) =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  hostname === '[::1]' ||
  /^127(\.\d{1,3}){3}$/.test(hostname);
