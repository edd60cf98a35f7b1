import type { ClientRequest, RequestListener } from 'node:http';
import { request as sendRequest, type Server } from 'node:https';
import { canonical, jwkOf, type Key, newKey, signatureOf } from '@folkmoot/conformance-tests/puppet/keys.ts';
import { type Mischief, signedHeaders } from '@folkmoot/conformance-tests/puppet/signed-request.ts';
import { WebSocket } from 'ws';
import type { TestNetwork } from './federated.ts';

export interface Said {
  status: number;
  code: string | undefined;
  body: Record<string, unknown>;
  /** Of an answer in lines. */
  lines: string[];
}

/** A homeserver that does what a test wants; it signs as the puppets of the conformance suite do, and with none of our own code. */
export class Puppet {
  name = '';
  server!: Server;
  readonly #ca: string;
  root: Key = newKey();
  signing: Key = newKey();
  old: { key: Key; revoked?: number }[] = [];
  serial = 1;
  /** How often the key document was asked for. */
  fetched = 0;
  /** Members put over those of the document before it is signed. */
  document: Record<string, unknown> = {};
  /** Answers everything, where it is set. */
  answer: RequestListener | undefined;
  readonly asked: string[] = [];

  private constructor(ca: string) {
    this.#ca = ca;
  }

  static async open(network: TestNetwork): Promise<Puppet> {
    const puppet = new Puppet(network.ca.certificate);
    const { name, server } = await network.server((request, response) => puppet.serve(request, response));
    Object.assign(puppet, { name, server });
    return puppet;
  }

  serve: RequestListener = (request, response) => {
    this.asked.push(`${request.method} ${request.url}`);
    if (request.url === '/.well-known/folkmoot') this.fetched++;
    if (this.answer) return this.answer(request, response);
    if (request.url !== '/.well-known/folkmoot') return void response.writeHead(404).end('{}');
    response.writeHead(200, { 'content-type': 'application/json' }).end(this.documentText());
  };

  documentText(): string {
    const document = {
      v: 1,
      server: this.name,
      api: `https://${this.name}/federation/v1`,
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

  /** A request to a homeserver, signed by hand. */
  says(to: string, mischief: Mischief = {}): Promise<Said> {
    const { method = 'POST', target = '/federation/v1/ping', body = '{"v":1}', sent = {} } = mischief;
    const headers = signedHeaders(this, to, { ...mischief, method, target, body });
    const options = {
      method: sent.method ?? method,
      path: sent.target ?? target,
      headers: { ...headers, 'content-length': Buffer.byteLength(sent.body ?? body) },
    };
    return this.#send(to, options, sent.body ?? body);
  }

  /** A signed request that stays unfinished: all but the last byte of its body is sent. */
  begins(to: string, mischief: Mischief & { target: string; body: string }): Promise<Said> & { drop(): void } {
    const headers = signedHeaders(this, to, { method: 'POST', ...mischief });
    const [hostname, port] = to.split(':');
    const length = Buffer.byteLength(mischief.body);
    const request = sendRequest({
      ...{ hostname, port, ca: this.#ca, agent: false, method: 'POST', path: mischief.target },
      headers: { ...headers, 'content-length': length },
    });
    request.write(mischief.body.slice(0, -1));
    return Object.assign(saidTo(request), { drop: () => void request.destroy() });
  }

  /** A signed GET below the federation API. */
  gets(to: string, path: string, mischief: Mischief = {}): Promise<Said> {
    return this.says(to, { method: 'GET', target: `/federation/v1${path}`, body: '', ...mischief });
  }

  /** Hands in intents, as they are. */
  sends(to: string, lines: readonly (string | object)[], mischief: Mischief = {}): Promise<Said> {
    const texts = lines.map((line) => `${typeof line === 'string' ? line : canonical(line)}\n`);
    const target = '/federation/v1/intents';
    return this.says(to, { target, body: texts.join(''), contentType: 'application/x-ndjson', ...mischief });
  }

  /** What a hub said to one intent. */
  async intends(to: string, intent: string | object, mischief: Mischief = {}): Promise<Record<string, unknown>> {
    const { body } = await this.sends(to, [intent], mischief);
    const [result] = (body['results'] ?? []) as Record<string, unknown>[];
    return result ?? body;
  }

  /** A live connection; resolves to a status where it is refused. */
  async opensLive(to: string, mischief: Mischief = {}): Promise<WebSocket | number> {
    const target = mischief.target ?? '/federation/v1/live';
    const headers = signedHeaders(this, to, { ...mischief, method: 'GET', target, body: '' });
    const socket = new WebSocket(`wss://${to}${target}`, {
      headers: headers as Record<string, string>,
      ca: this.#ca,
      perMessageDeflate: false,
    });
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(socket));
      socket.once('unexpected-response', (request, response) => {
        request.destroy();
        resolve(response.statusCode ?? 0);
      });
      socket.once('error', reject);
    });
  }

  #send(server: string, options: object, body: string | Buffer): Promise<Said> {
    const [hostname, port] = server.split(':');
    const request = sendRequest({ ...options, hostname, port, ca: this.#ca, agent: false });
    request.end(body);
    return saidTo(request);
  }
}

function saidTo(request: ClientRequest): Promise<Said> {
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString();
        const isLines = response.headers['content-type'] === 'application/x-ndjson';
        const said = (isLines ? {} : JSON.parse(text)) as Record<string, unknown>;
        const lines = isLines && text !== '' ? text.slice(0, -1).split('\n') : [];
        resolve({ status: response.statusCode ?? 0, code: said['code'] as string | undefined, body: said, lines });
      });
    });
  });
}
