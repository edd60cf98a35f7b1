import { lookup as askNameService } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { SecureContext } from 'node:tls';
import { nameService } from './name-service.ts';
import { isPublicAddress } from './public-address.ts';

export type ClientProblem = 'address_refused' | 'answer_too_large' | 'timeout' | 'unreachable';

/** Why another server gave no answer. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly code: ClientProblem;

  /** Whether the connection ended before a byte of the answer came, as one that was kept alive may at any time. */
  get wasReset(): boolean {
    const { code } = (this.cause ?? {}) as NodeJS.ErrnoException;
    return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
  }

  constructor(code: ClientProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export interface GuardedRequest {
  method: 'GET' | 'POST' | 'PUT';
  /** Always https. */
  url: URL;
  headers?: Record<string, string>;
  body?: Uint8Array;
  /** Of the answer. */
  maxBytes: number;
  /** For everything, from the name to the last byte. */
  timeoutMs: number;
}

export interface GuardedAnswer {
  status: number;
  body: Buffer;
}

export interface GuardedClient extends AsyncDisposable {
  /** Follows no redirect: the answer is what the server asked for says. Throws ClientError. */
  request(request: GuardedRequest): Promise<GuardedAnswer>;
}

export interface GuardedClientOptions {
  /** For tests and demonstrations only. */
  privateAddresses: boolean;
  /** With the authorities that are believed; made once, because to read them takes longer than a connection. */
  secureContext?: SecureContext;
  /** For tests: stands in for the name service. */
  lookup?: LookupFunction;
}

const CONNECT_MS = 5_000;
const CONNECTIONS_PER_SERVER = 6;
const SERVERS = 2_000;

/** HTTPS to servers that strangers name: connects to public addresses only, and looks at the very address it connects to. [FED-6] */
export async function createGuardedClient(options: GuardedClientOptions): Promise<GuardedClient> {
  // It takes 30 MB, which a homeserver without federation does not need.
  const { Agent, buildConnector } = await import('undici');
  const { privateAddresses, secureContext } = options;
  const isAllowed = (address: string) => privateAddresses || isPublicAddress(address);
  const open = buildConnector({
    // The signature covers the header Host as HTTP/1.1 has it.
    allowH2: false,
    timeout: CONNECT_MS,
    lookup: guardedLookupFor(options),
    ...(secureContext ? { secureContext } : {}),
  });
  const agent = new Agent({
    connections: CONNECTIONS_PER_SERVER,
    maxOrigins: SERVERS,
    pipelining: 1,
    allowH2: false,
    // Shorter than a homeserver keeps it, which may also say for how long it does.
    keepAliveTimeout: 60_000,
    connect(target, callback) {
      const host = target.hostname.replace(/^\[(.*)\]$/, '$1');
      // An address that stands in the URL itself is never looked up.
      if (isIP(host) !== 0 && !isAllowed(host)) callback(addressRefused(host), null);
      else open(target, callback);
    },
  });

  return {
    async request({ method, url, headers = {}, body, maxBytes, timeoutMs }) {
      if (url.protocol !== 'https:') throw new ClientError('unreachable', 'only https is asked');
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const { statusCode, body: stream } = await agent.request({
          origin: url.origin,
          path: url.pathname + url.search,
          method,
          headers,
          body: body?.length ? body : null,
          signal,
        });
        const chunks: Buffer[] = [];
        let length = 0;
        for await (const chunk of stream as AsyncIterable<Buffer>) {
          length += chunk.length;
          if (length > maxBytes) throw new ClientError('answer_too_large', `more than ${maxBytes} bytes`);
          chunks.push(chunk);
        }
        return { status: statusCode, body: Buffer.concat(chunks) };
      } catch (error) {
        throw problemOf(error, signal, timeoutMs);
      }
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}

/** Looks up names for whatever connects to servers that strangers name. */
export function guardedLookupFor({ privateAddresses, lookup }: GuardedClientOptions): LookupFunction {
  if (!privateAddresses) return guardedLookup(lookup ?? nameService(), isPublicAddress);
  return guardedLookup(lookup ?? lookupWithLoopback, () => true);
}

/** Names below `localhost` are this machine, whatever the name service says (RFC 6761 §6.3); Debian's does not know them. */
const lookupWithLoopback: LookupFunction = (hostname, options, callback) => {
  if (hostname.endsWith('.localhost')) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else (askNameService as LookupFunction)(hostname, options, callback);
};

/** Hands on only the addresses that may be connected to, so that a name cannot become another address in between (F45). */
function guardedLookup(lookup: LookupFunction, isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) =>
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const addresses = Array.isArray(found) ? found : [];
      const allowed = addresses.filter(({ address }) => isAllowed(address));
      const [first] = allowed;
      if (!first) return callback(addressRefused(addresses[0]?.address ?? hostname), []);
      if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
}

const addressRefused = (address: string) =>
  new ClientError('address_refused', `${address} is not a public address (federation_private_addresses)`);

function problemOf(error: unknown, signal: AbortSignal, timeoutMs: number): ClientError {
  if (error instanceof ClientError) return error;
  if (signal.aborted) return new ClientError('timeout', `no answer within ${timeoutMs / 1_000} s`, { cause: error });
  const { cause, message } = error as Error;
  if (cause instanceof ClientError) return cause;
  return new ClientError('unreachable', message === '' ? String(error) : message, { cause: error });
}
