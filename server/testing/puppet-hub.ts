import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import type { TestNetwork } from './federated.ts';
import {
  bareJwkOf,
  base32,
  base64url,
  canonical,
  jwkOf,
  randomId,
  signatureOf,
  signed,
} from '@folkmoot/conformance-tests/puppet/keys.ts';
import { cursorOf, ndjson, type PuppetLine, type Spoil } from '@folkmoot/conformance-tests/puppet/puppet-line.ts';
import { Puppet } from './puppet.ts';
import { type Actor, type EventFields, PuppetUser, writeLine } from './puppet-lines.ts';

type Fields = Partial<EventFields>;
type Answer = { status?: number; body: string };
export type PuppetIntent = { id: string; stream: string; type: string; body: object; ref?: string[] };

const permissions = ['channel.view', 'message.history', 'message.send', 'reaction.add', 'invite.create'];
const nobodyMentioned = { mentions: { users: [], roles: [], everyone: false } };
const hubParts = new Map<string, object>([
  ['member.join', { roles: [] }],
  ['message.create', nobodyMentioned],
  ['message.update', nobodyMentioned],
]);

/** A hub with one community and one channel that serves whatever a test wants. It checks no signature of who asks. */
export class PuppetHub {
  readonly puppet: Puppet;
  readonly owner: PuppetUser;
  /** What it serves, by stream. */
  readonly streams = new Map<string, PuppetLine[]>();
  readonly code = base64url(randomBytes(16));
  readonly channel = randomId('c_');
  readonly asked: string[] = [];
  /** Answers before anything else does, where it returns something. */
  instead: ((path: string, query: URLSearchParams) => Answer | undefined | Promise<Answer>) | undefined;
  /** Whether it does what it is asked and its answer is lost. */
  losesAnswer: ((path: string) => boolean) | undefined;
  readonly #sockets = new Set<WebSocket>();
  #genesis = '';
  #memberCount: number | undefined;
  #waiting: (() => void)[] = [];
  isLive = true;
  /** Answers a join; without it everybody may join. */
  takeJoin: ((intent: PuppetIntent) => object) | undefined;
  /** Answers an intent; without it everything is accepted. */
  take: ((intent: PuppetIntent) => object) | undefined;

  private constructor(puppet: Puppet) {
    this.puppet = puppet;
    this.owner = new PuppetUser('owner', puppet.name);
  }

  static async open(network: TestNetwork): Promise<PuppetHub> {
    const hub = new PuppetHub(await Puppet.open(network));
    hub.puppet.answer = (request, response) => void hub.#answer(request, response);
    const sockets = new WebSocketServer({ noServer: true });
    hub.puppet.server.on('upgrade', (request, socket, head) => {
      if (!hub.isLive) return socket.destroy();
      sockets.handleUpgrade(request, socket, head, (opened) => hub.#opened(opened));
    });
    hub.#found();
    return hub;
  }

  get name(): string {
    return this.puppet.name;
  }

  get space(): string {
    return this.#genesis;
  }

  /** The line after the last one of a stream, which is not served yet. */
  write(stream: string, type: string, body: object, fields: Fields = {}, spoil: Spoil = {}): PuppetLine {
    const last = this.streams.get(stream)?.at(-1);
    const auth = this.streams.get('_')?.at(-1);
    return writeLine(
      this.puppet.signing,
      {
        actor: this.owner,
        space: this.space === '' ? undefined : this.space,
        stream,
        type,
        body,
        ...(hubParts.has(type) ? { hub: hubParts.get(type) as object } : {}),
        epoch: last?.epoch ?? 1,
        seq: last ? last.seq + 1 : 0,
        prev: last?.hash,
        auth: auth && `${auth.epoch}.${auth.seq}`,
        ts: Date.now(),
        aud: this.name,
        ...fields,
      },
      spoil,
    );
  }

  /** Writes a line that is served from now on. */
  add(stream: string, type: string, body: object, fields: Fields = {}, spoil: Spoil = {}): PuppetLine {
    const line = this.write(stream, type, body, fields, spoil);
    this.put(stream, line);
    return line;
  }

  put(stream: string, ...lines: PuppetLine[]): void {
    this.streams.set(stream, [...(this.streams.get(stream) ?? []), ...lines]);
  }

  says(content: string, fields: Fields = {}, spoil: Spoil = {}): PuppetLine {
    return this.add(this.channel, 'message.create', { content }, fields, spoil);
  }

  /** Pushes lines over the live connection. */
  push(stream: string, ...lines: (PuppetLine | string)[]): void {
    const texts = lines.map((line) => (typeof line === 'string' ? line : line.text));
    this.send(`${canonical({ op: 'lines', space: this.space, stream })}\n${texts.join('\n')}`);
  }

  pushHeads(): void {
    this.send(this.headsText());
  }

  headsText(count = this.memberCount): string {
    const streams = Object.fromEntries([...this.streams].map(([stream, lines]) => [stream, cursorOf(lines.at(-1)!)]));
    return canonical({ op: 'heads', space: this.space, member_count: count, streams });
  }

  /** Those who joined and did not leave, unless it says another number. */
  get memberCount(): number {
    return this.#memberCount ?? countOf(this.streams.get('_') ?? []);
  }

  set memberCount(count: number) {
    this.#memberCount = count;
  }

  send(frame: string): void {
    for (const socket of this.#sockets) socket.send(frame);
  }

  /** Ends the live connections without a word. */
  breakOff(): void {
    for (const socket of this.#sockets) socket.terminate();
    this.#sockets.clear();
  }

  async untilLive(): Promise<void> {
    while (this.#sockets.size === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** The signed head of a stream, or of what it says is its state. */
  checkpoint(stream: string, state: readonly PuppetLine[] = []): object {
    const { epoch, seq, hash } = this.streams.get(stream)!.at(-1)!;
    const sum = createHash('sha256');
    for (const line of state) sum.update(`${line.hash}\n`);
    const { signing } = this.puppet;
    const unsigned = {
      v: 1,
      space: this.space,
      stream,
      epoch,
      seq,
      hash,
      ts: Date.now(),
      state_hash: sum.digest('base64url'),
    };
    return signed('checkpoint', unsigned, signing);
  }

  #found(): void {
    const { puppet, owner } = this;
    const genesis = this.write('_', 'space.create', {
      kind: 'community',
      name: 'Puppets',
      description: '',
      hub: this.name,
      key: bareJwkOf(puppet.signing),
      root: bareJwkOf(puppet.root),
      owner: owner.id,
      recovery: [],
      permissions,
    });
    this.#genesis = `s_${base32(Buffer.from(genesis.hash, 'base64url'), 32)}`;
    this.put('_', genesis);
    this.add('_', 'member.join', { profile: owner.profile });
    const channel = { kind: 'text', name: 'talk', topic: '', parent: null, order: 0, slow_mode: 0, overrides: [] };
    this.add(this.channel, 'channel.create', channel);
  }

  #opened(socket: WebSocket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    this.#wake();
    this.pushHeads();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', `https://${this.name}`);
    const path = url.pathname.replace('/federation/v1', '');
    const body = await textOf(request);
    this.asked.push(`${request.method} ${path}${url.search}`);
    if (path === '/.well-known/folkmoot') return void response.end(this.puppet.documentText());
    const answer = (await this.instead?.(path, url.searchParams)) ?? this.#honest(path, url.searchParams, body);
    if (this.losesAnswer?.(path)) return void response.destroy();
    const { status = 200 } = answer;
    response.writeHead(status, { 'content-type': 'application/x-ndjson' }).end(answer.body);
    this.#wake();
  }

  #honest(path: string, query: URLSearchParams, body: string): { status?: number; body: string } {
    const [, , , , stream = '', what] = path.split('/');
    if (path === `/invites/${this.code}`) return { body: canonical(this.#preview()) };
    if (path === '/intents') return { body: canonical({ results: lines(body).map((line) => this.#take(line)) }) };
    if (path === `/spaces/${this.space}`) return { body: canonical(this.#summary()) };
    if (path === `/spaces/${this.space}/members`)
      return { body: `${canonical({ checkpoint: this.checkpoint('_'), next: null })}\n` };
    const log = this.streams.get(stream);
    if (!log) return { status: 404, body: canonical({ code: 'not_found', message: 'There is nothing here.' }) };
    if (what === 'checkpoint') return { body: canonical(this.checkpoint(stream)) };
    if (what === 'state') {
      const state = stream === '_' ? log : log.slice(0, 1);
      return {
        body: ndjson([canonical({ checkpoint: this.checkpoint(stream, state), members: 0, next: null }), ...state]),
      };
    }
    return { body: ndjson(pageOf(log, query)) };
  }

  #preview(): object {
    const space = {
      id: this.space,
      kind: 'community',
      name: 'Puppets',
      description: '',
      member_count: 1,
      hub: this.name,
    };
    return { v: 1, invite: `n_${'a'.repeat(26)}`, space, inviter: 'owner', expires: null };
  }

  #summary(): object {
    const streams = [...this.streams].map(([stream, log]) => {
      const { epoch, seq, hash } = log.at(-1)!;
      return { stream, epoch, seq, hash };
    });
    const profile = {
      kind: 'community',
      name: 'Puppets',
      description: '',
      owner: this.owner.id,
      hub: this.name,
      created: Date.now(),
    };
    const genesis = this.streams.get('_')![0]!.text;
    return { v: 1, space: this.space, profile, member_count: this.memberCount, genesis, streams };
  }

  /** Accepts whatever is asked for. */
  #take(line: string): object {
    const intent = JSON.parse(line) as PuppetIntent;
    if (this.takeJoin && intent.type === 'member.join') return this.takeJoin(intent);
    if (this.take && intent.type !== 'member.join') return this.take(intent);
    const { id, stream, type, body, ref } = intent;
    const { epoch, seq, hash } = this.add(stream, type, body, { intent, ...(ref ? { ref } : {}) });
    return { id, ok: true, epoch, seq, hash };
  }
}

function pageOf(log: readonly PuppetLine[], query: URLSearchParams): readonly PuppetLine[] {
  const limit = Number(query.get('limit') ?? 200);
  const [after, before] = [query.get('after'), query.get('before')];
  const isPast = (line: PuppetLine, place: string) => {
    const [epoch, seq] = place.split('.').map(Number) as [number, number];
    return line.epoch > epoch || (line.epoch === epoch && line.seq > seq);
  };
  if (before !== null) {
    const [epoch, seq] = before.split('.').map(Number) as [number, number];
    return log.filter((line) => !isPast(line, `${epoch}.${seq - 1}`)).slice(-limit);
  }
  return log.filter((line) => after === null || isPast(line, after)).slice(0, limit);
}

function countOf(root: readonly PuppetLine[]): number {
  const joined = root.filter(({ text }) => text.includes('"type":"member.join"')).length;
  return joined - root.filter(({ text }) => /"type":"member\.(leave|kick|ban)"/.test(text)).length;
}

const lines = (body: string) => body.split('\n').filter((line) => line !== '');

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** An intent as its home signs it. */
export function signedIntent(
  home: Puppet,
  hub: PuppetHub,
  stream: string,
  actor: Actor,
  type: string,
  body: object,
  more: object = {},
): object {
  const ts = Date.now();
  const unsigned = {
    v: 1,
    id: randomId('i_'),
    aud: hub.name,
    space: hub.space,
    stream,
    type,
    actor: actor.id,
    home: actor.home,
    n: actor.next(),
    ts,
    exp: ts + 3_600_000,
    body,
    kid: jwkOf(home.signing).kid,
    ...more,
  };
  return { ...unsigned, sig: signatureOf('intent', unsigned, home.signing) };
}

/** Body and fields of an event that a user of another puppet asked for. */
export function signedBy(...of: Parameters<typeof signedIntent>): [object, { intent: object }] {
  return [of[5], { intent: signedIntent(...of) }];
}
