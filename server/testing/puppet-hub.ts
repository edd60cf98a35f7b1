import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import type { TestNetwork } from './federated.ts';
import {
  bareJwkOf,
  base32,
  base64url,
  canonical,
  type Key,
  randomId,
} from '@folkmoot/conformance-tests/puppet/keys.ts';
import {
  cursorOf,
  type EventFields,
  type PuppetLine,
  type Spoil,
  writeLine,
} from '@folkmoot/conformance-tests/puppet/puppet-line.ts';
import { Puppet } from './puppet.ts';
import { type Answer, checkpointOf, pageOf } from './puppet-pages.ts';
import { type Actor, PuppetUser, signedIntent } from './puppet-user.ts';

type Fields = Partial<Omit<EventFields, 'actor' | 'home'>> & { actor?: Actor };
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
  /** Live connections that were opened so far. */
  connections = 0;
  /** Answers a join; without it everybody may join. */
  takeJoin: ((intent: PuppetIntent) => object) | undefined;
  /** Answers an intent; without it everything is accepted. */
  take: ((intent: PuppetIntent) => object) | undefined;

  private constructor(puppet: Puppet) {
    this.puppet = puppet;
    this.owner = new PuppetUser(puppet, 'owner');
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
        home: fields.actor?.home ?? this.name,
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

  /** Writes an event that a user of another puppet asked for; `seen` and the like are part of what they signed. */
  relays(stream: string, user: PuppetUser, type: string, body: object, more: object = {}): PuppetLine {
    return this.add(stream, type, body, { intent: user.intent(this.name, this.space, stream, type, body, more) });
  }

  /** A user of another puppet becomes a member. */
  admits(user: PuppetUser): PuppetLine {
    return this.relays('_', user, 'member.join', { profile: user.profile });
  }

  /** Writes a message of anybody, whose intent has whatever signature. */
  relaysAs(signing: Key, actor: Actor, content: string, fields: Fields = {}): PuppetLine {
    const body = { content };
    const intent = { aud: this.name, space: this.space, stream: this.channel, type: 'message.create', body };
    return this.says(content, { ...fields, intent: signedIntent(signing, actor, intent) });
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
    return checkpointOf(this, stream, state);
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
    this.connections += 1;
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

  #honest(path: string, query: URLSearchParams, body: string): Answer {
    if (path !== '/intents') return pageOf(this, path, query);
    return { body: canonical({ results: linesIn(body).map((line) => this.#take(line)) }) };
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

function countOf(root: readonly PuppetLine[]): number {
  const joined = root.filter(({ text }) => text.includes('"type":"member.join"')).length;
  return joined - root.filter(({ text }) => /"type":"member\.(leave|kick|ban)"/.test(text)).length;
}

const linesIn = (body: string) => body.split('\n').filter((line) => line !== '');

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
