import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { StartError } from '../base/errors.ts';
import { followCertificate, readCertificate, type TlsFiles } from './tls-files.ts';

/** How long requests may still take once the server stops. */
const DRAIN_MS = 5_000;
const SWEEP_MS = 20;

const limits = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 2_000,
};

/** The listening socket, with limits against clients that send slowly or nothing; with certificate files it serves HTTPS. */
export class HttpServer implements AsyncDisposable {
  /** For the gateway, which takes upgrades. */
  readonly server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #drainMs: number;
  #stopping: Promise<void> | undefined;
  #unfollow: (() => void) | undefined;

  constructor(callback: RequestListener, tls?: TlsFiles, { drainMs = DRAIN_MS } = {}) {
    this.#drainMs = drainMs;
    this.server = this.#create(tls, (request, response) => {
      if (this.#stopping) response.shouldKeepAlive = false;
      callback(request, response);
    });
    this.server.maxConnections = 20_000;
    // For a client that does not read its answer; the gateway takes it off its sockets.
    this.server.timeout = 120_000;
    this.server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    this.server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuseSocket(error, socket as Socket));
  }

  #create(files: TlsFiles | undefined, listener: RequestListener): Server {
    if (!files) return createServer(limits, listener);
    const server = createTlsServer({ ...limits, ...readCertificate(files), handshakeTimeout: 10_000 }, listener);
    this.#unfollow = followCertificate(files, (certificate) => server.setSecureContext(certificate));
    // It has all of an HTTP server that is used here and by the gateway.
    return server as unknown as Server;
  }

  /** Port 0 takes a free one. Throws StartError `bad_config` where the address cannot be had. */
  async listen(host: string, port: number): Promise<{ host: string; port: number }> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', (error: NodeJS.ErrnoException) => reject(startErrorOf(error, host, port)));
      // Thousands of clients may come back in the same second.
      this.server.listen({ port, host, backlog: 4_096 }, () => {
        this.server.removeAllListeners('error');
        resolve();
      });
    });
    return { host, port: (this.server.address() as AddressInfo).port };
  }

  /**
   * Takes no more connections, lets running requests finish, then closes what is left. Upgraded sockets are closed by
   * their owner before; one that came in meanwhile is closed with the rest.
   */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<void> {
    this.#unfollow?.();
    if (!this.server.listening) return;
    const closed = new Promise<void>((resolve) => void this.server.close(() => resolve()));
    // A connection whose last answer promised to keep it alive becomes idle only after that answer.
    const sweep = setInterval(() => this.server.closeIdleConnections(), SWEEP_MS);
    const patience = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, this.#drainMs);
    await closed;
    clearInterval(sweep);
    clearTimeout(patience);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

const hindrances = new Map([
  ['EADDRINUSE', 'another program uses it'],
  ['EACCES', 'this needs more rights'],
  ['EADDRNOTAVAIL', 'this machine does not have that address'],
  ['ENOTFOUND', 'this machine does not know that name'],
]);

function startErrorOf(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const why = hindrances.get(error.code ?? '');
  if (why === undefined) return error;
  const text = `Cannot listen on ${host}:${port}: ${why}. Choose another address with FOLKMOOT_LISTEN.`;
  return new StartError('bad_config', text, { cause: error });
}

const refusedSockets = new Map([
  ['HPE_HEADER_OVERFLOW', '431 Request Header Fields Too Large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', '408 Request Timeout'],
]);

/** What is no request, or took too long to become one, gets an answer before its socket is closed. */
function refuseSocket(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const status = refusedSockets.get(error.code ?? '') ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
