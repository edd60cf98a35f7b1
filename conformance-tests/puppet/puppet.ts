import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { canonical, jwkOf, type Key, newKey, signatureOf } from './keys.ts';
import { Listener } from './listener.ts';
import type { PuppetNetwork, PuppetServer } from './puppet-network.ts';
import { faultOf } from './received-request.ts';
import { type Mischief, type Said, sendSigned, signedHeaders } from './signed-request.ts';

/** The homeserver that a puppet plays with. */
export interface Home {
  name: string;
  url: string;
}

export interface Asked {
  method: string;
  /** Below the API, without the query. */
  path: string;
  query: URLSearchParams;
  body: string;
}

export interface PuppetAnswer {
  status?: number;
  body: string;
  headers?: Record<string, string>;
}

export const API = '/federation/v1';

/** A homeserver that does what a case wants, and looks at what it is asked. */
export class Puppet {
  readonly network: PuppetNetwork;
  readonly home: Home;
  readonly signal: AbortSignal;
  wire!: PuppetServer;
  root: Key = newKey();
  signing: Key = newKey();
  old: { key: Key; revoked?: number }[] = [];
  serial = 1;
  /** How often the key document was asked for. */
  fetched = 0;
  /** Members put over those of the document before it is signed. */
  document: Record<string, unknown> = {};
  /** Answers everything, where it is set, the key document too. */
  raw: RequestListener | undefined;
  /** Answers before anything else does, where it returns something. */
  instead: ((asked: Asked) => PuppetAnswer | undefined) | undefined;
  readonly asked: Asked[] = [];
  /** Every byte that the homeserver said to it: bodies of requests, answers, frames. */
  readonly heard: string[] = [];
  /** Live connections that the homeserver opened, where it may. */
  readonly followers = new Set<WebSocket>();
  takesLive = false;
  onLive: (socket: WebSocket) => void = () => undefined;
  #keys: Promise<Map<string, string>> | undefined;
  readonly #sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });

  private constructor(network: PuppetNetwork, home: Home, signal: AbortSignal) {
    this.network = network;
    this.home = home;
    this.signal = signal;
  }

  static async open(network: PuppetNetwork, home: Home, signal: AbortSignal): Promise<Puppet> {
    const puppet = new Puppet(network, home, signal);
    puppet.wire = await network.server((request, response) => {
      puppet.#serve(request, response).catch((error: unknown) => puppet.#failed(request, response, error));
    });
    puppet.wire.server.on('upgrade', (request, socket, head) => {
      puppet.#upgrade(request, socket, head).catch((error: unknown) => puppet.#failed(request, socket, error));
    });
    return puppet;
  }

  get name(): string {
    return this.wire.name;
  }

  documentText(): string {
    const document = {
      v: 1,
      server: this.name,
      api: `https://${this.name}${API}`,
      serial: this.serial,
      valid_until: Date.now() + 3_600_000,
      keys: [jwkOf(this.signing)],
      old: this.old.map(({ key, ...more }) => ({ ...jwkOf(key), ...more })),
      root: { x: jwkOf(this.root).x, kid: jwkOf(this.root).kid },
      versions: [1],
      features: [],
      ...this.document,
    };
    return canonical({ ...document, sigs: { [jwkOf(this.root).kid]: signatureOf('keys', document, this.root) } });
  }

  /** Another key signs from now on; the one before is among the old ones. */
  rotates(revoked?: number): Key {
    const before = this.signing;
    this.old.push({ key: before, ...(revoked === undefined ? {} : { revoked }) });
    this.signing = newKey();
    this.serial += 1;
    return before;
  }

  /** A request to the homeserver; a ping where nothing else is said. */
  async says(mischief: Mischief = {}): Promise<Said> {
    const { home } = this;
    const said = await sendSigned(home.url, this, home.name, { target: `${API}/ping`, body: '{"v":1}', ...mischief });
    this.heard.push(said.text);
    if (said.status === 500) throw new Error(`${mischief.target ?? '/ping'} broke: ${said.text}`);
    return said;
  }

  gets(path: string, mischief: Mischief = {}): Promise<Said> {
    return this.says({ method: 'GET', target: `${API}${path}`, body: '', ...mischief });
  }

  posts(path: string, body: object | string, mischief: Mischief = {}): Promise<Said> {
    const text = typeof body === 'string' ? body : canonical(body);
    return this.says({ target: `${API}${path}`, body: text, ...mischief });
  }

  /** Hands in intents, as they are. */
  sends(lines: readonly (string | object)[], mischief: Mischief = {}): Promise<Said> {
    const texts = lines.map((line) => `${typeof line === 'string' ? line : canonical(line)}\n`);
    return this.posts('/intents', texts.join(''), { contentType: 'application/x-ndjson', ...mischief });
  }

  /** What was said to one intent. */
  async intends(intent: string | object, mischief: Mischief = {}): Promise<Record<string, unknown>> {
    const { body } = await this.sends([intent], mischief);
    const [result] = (body['results'] ?? []) as Record<string, unknown>[];
    return result ?? body;
  }

  /** A live connection with the homeserver as hub; a number where it is refused. */
  opensLive(mischief: Mischief = {}): Promise<Listener | number> {
    const target = mischief.target ?? `${API}/live`;
    const headers = signedHeaders(this, this.home.name, { ...mischief, method: 'GET', target, body: '' });
    const socket = new WebSocket(`${this.home.url.replace(/^https/, 'wss')}${target}`, {
      headers: headers as Record<string, string>,
      perMessageDeflate: false,
    });
    this.signal.addEventListener('abort', () => socket.terminate(), { once: true });
    const listener = new Listener(socket, this.signal, (text) => void this.heard.push(text));
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(listener));
      socket.once('unexpected-response', (request, response) => {
        request.destroy();
        resolve(response.statusCode ?? 0);
      });
      socket.on('error', reject);
    });
  }

  async follows(): Promise<Listener> {
    const live = await this.opensLive();
    if (typeof live === 'number') throw new Error(`the live connection was answered with ${live}`);
    return live;
  }

  /** The public key that the homeserver publishes under an id. */
  async keyOfHome(server: string, kid: string): Promise<string | undefined> {
    if (server !== this.home.name) return undefined;
    this.#keys ??= readKeys(this.home.url);
    const known = (await this.#keys).get(kid);
    if (known !== undefined) return known;
    this.#keys = readKeys(this.home.url);
    return (await this.#keys).get(kid);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/.well-known/folkmoot') this.fetched++;
    if (this.raw) return this.raw(request, response);
    if (request.url === '/.well-known/folkmoot') {
      if (request.headers['signature']) this.network.unexpected.push('a signed request for a key document');
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(this.documentText());
    }
    const { status = 200, body, headers = {} } = await this.#answer(request);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  }

  async #answer(request: IncomingMessage): Promise<PuppetAnswer> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const asked = this.#note(request, body.toString());
    await this.#check(request, body);
    return this.instead?.(asked) ?? this.#usual(asked);
  }

  /** Whoever is stopped or killed leaves requests half sent; anything else is wrong. */
  #failed({ method, url, socket }: IncomingMessage, connection: { destroy(): void }, error: unknown): void {
    if (!socket.destroyed) this.network.unexpected.push(`${method} ${url}: ${String(error)}`);
    connection.destroy();
  }

  #note({ method = '', url = '' }: IncomingMessage, body: string): Asked {
    const { pathname, searchParams: query } = new URL(url, `https://${this.name}`);
    const asked = { method, path: pathname.replace(API, ''), query, body };
    this.asked.push(asked);
    this.heard.push(body);
    return asked;
  }

  /** The homeserver under test has to sign as the specification says, or the case fails. */
  async #check(request: IncomingMessage, body: Buffer): Promise<void> {
    const fault = await faultOf(request, body, this.name, (server, kid) => this.keyOfHome(server, kid));
    if (fault !== undefined) this.network.unexpected.push(`${request.method} ${request.url}: ${fault}`);
  }

  #usual({ method, path }: Asked): PuppetAnswer {
    if (method === 'POST' && path === '/notify') return { body: '{}' };
    if (
      method === 'POST' &&
      ['/profiles', '/relationships', '/invites', '/reports', '/ephemeral', '/bots/grants'].includes(path)
    )
      return { status: 202, body: '{"v":1}' };
    if (path === '/presence/watch') return { body: '{"presences":[],"v":1}' };
    if (path === '/ping' || path.startsWith('/users/')) return notFound;
    this.network.unexpected.push(`${method} ${path} was asked of a puppet that has no such thing`);
    return notFound;
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    this.#note(request, '');
    if (!this.takesLive) return void socket.destroy();
    await this.#check(request, Buffer.alloc(0));
    this.#sockets.handleUpgrade(request, socket, head, (opened) => {
      this.followers.add(opened);
      opened.on('message', (data) => this.heard.push(String(data as Buffer)));
      opened.on('close', () => this.followers.delete(opened));
      opened.on('error', () => opened.terminate());
      this.onLive(opened);
    });
  }
}

export const notFound: PuppetAnswer = {
  status: 404,
  body: canonical({ code: 'not_found', message: 'There is nothing here.', server_time: 0 }),
};

async function readKeys(url: string): Promise<Map<string, string>> {
  const text = await new Promise<string>((resolve, reject) => {
    httpsRequest(`${url}/.well-known/folkmoot`, { agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', () => resolve(Buffer.concat(chunks).toString()));
    })
      .once('error', reject)
      .end();
  });
  const { keys } = JSON.parse(text) as { keys: { kid: string; x: string }[] };
  return new Map(keys.map(({ kid, x }) => [kid, x]));
}
