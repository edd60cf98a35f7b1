import type { WebSocket } from 'ws';
import { HubAnswers, spaceName } from './hub-answers.ts';
import { bareJwkOf, base32, canonical, randomId, signed } from './keys.ts';
import { Puppet } from './puppet.ts';
import { cursorOf, type EventFields, positionOf, type PuppetLine, type Spoil, writeLine } from './puppet-line.ts';
import { PuppetUser } from './puppet-user.ts';

type Fields = Partial<EventFields>;

const permissions = ['channel.view', 'message.history', 'message.send', 'reaction.add', 'invite.create'];
const nobodyMentioned = { mentions: { users: [], roles: [], everyone: false } };
const hubParts = new Map<string, object>([
  ['member.join', { roles: [] }],
  ['message.create', nobodyMentioned],
  ['message.update', nobodyMentioned],
]);

/** A hub with one community and the channel `talk`. It serves and pushes what a case wants, wrong things too. */
export class PuppetHub {
  readonly puppet: Puppet;
  readonly owner: PuppetUser;
  /** What it serves, by stream. */
  readonly streams = new Map<string, PuppetLine[]>();
  readonly code = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url');
  readonly channel = randomId('c_');
  readonly answers: HubAnswers;
  readonly space: string;
  #memberCount: number | undefined;

  private constructor(puppet: Puppet) {
    this.puppet = puppet;
    this.owner = new PuppetUser(puppet, 'owner');
    const genesis = this.write('_', 'space.create', {
      kind: 'community',
      name: spaceName,
      description: '',
      hub: puppet.name,
      key: bareJwkOf(puppet.signing),
      root: bareJwkOf(puppet.root),
      owner: this.owner.id,
      recovery: [],
      permissions,
    });
    this.space = `s_${base32(Buffer.from(genesis.hash, 'base64url'), 32)}`;
    this.put('_', genesis);
    this.add('_', 'member.join', { profile: this.owner.profile });
    this.addChannel('talk', this.channel);
    this.answers = new HubAnswers(this);
  }

  static async open(...of: Parameters<typeof Puppet.open>): Promise<PuppetHub> {
    const puppet = await Puppet.open(...of);
    const hub = new PuppetHub(puppet);
    puppet.takesLive = true;
    puppet.onLive = (socket) => hub.#tellHeads([socket]);
    const usual = (asked: Parameters<HubAnswers['answer']>[0]) => hub.answers.answer(asked);
    puppet.instead = usual;
    return hub;
  }

  get name(): string {
    return this.puppet.name;
  }

  get place() {
    return { space: this.space, channel: this.channel };
  }

  /** Those who joined and did not leave, unless a case says another number. */
  get memberCount(): number {
    const root = this.streams.get('_') ?? [];
    const joined = root.filter(({ text }) => text.includes('"type":"member.join"')).length;
    const gone = root.filter(({ text }) => /"type":"member\.(leave|kick|ban)"/.test(text)).length;
    return this.#memberCount ?? joined - gone;
  }

  set memberCount(count: number) {
    this.#memberCount = count;
  }

  headOf(stream: string): PuppetLine {
    const head = this.streams.get(stream)?.at(-1);
    if (!head) throw new Error(`the puppet has no stream ${stream}`);
    return head;
  }

  /** The line after the last one of a stream, which is not served yet. */
  write(stream: string, type: string, body: object, fields: Fields = {}, spoil: Spoil = {}): PuppetLine {
    const last = this.streams.get(stream)?.at(-1);
    const auth = this.streams.get('_')?.at(-1);
    const hub = hubParts.get(type);
    const own = { actor: this.owner, home: this.name, space: this.space, stream, type, body, ...(hub ? { hub } : {}) };
    const place = { epoch: last?.epoch ?? 1, seq: last ? last.seq + 1 : 0, prev: last?.hash };
    const rest = { auth: auth && positionOf(auth), ts: Date.now(), aud: this.name };
    return writeLine(this.puppet.signing, { ...own, ...place, ...rest, ...fields }, spoil);
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

  /** Forgets the newest lines, as after a restore. */
  forgets(stream: string, count: number): PuppetLine[] {
    const lines = this.streams.get(stream) ?? [];
    this.streams.set(stream, lines.slice(0, -count));
    return lines.slice(-count);
  }

  addChannel(name: string, channel = randomId('c_')): string {
    const body = { kind: 'text', name, topic: '', parent: null, order: this.streams.size, slow_mode: 0, overrides: [] };
    this.add(channel, 'channel.create', body);
    return channel;
  }

  /** A message of the owner, served and not pushed. */
  message(content: string, fields: Fields = {}, spoil: Spoil = {}): PuppetLine {
    return this.add(this.channel, 'message.create', { content }, fields, spoil);
  }

  /** The same, pushed. */
  says(content: string, fields: Fields = {}, spoil: Spoil = {}): PuppetLine {
    const line = this.message(content, fields, spoil);
    this.push(this.channel, line);
    return line;
  }

  /** Adds an event for which a user of another puppet asked, and pushes it. */
  relays(stream: string, user: PuppetUser, type: string, body: object, more: object = {}): PuppetLine {
    const intent = user.intent(this.name, this.space, stream, type, body, more);
    const line = this.add(stream, type, body, { intent });
    this.push(stream, line);
    return line;
  }

  push(stream: string, ...lines: (PuppetLine | string)[]): void {
    const texts = lines.map((line) => (typeof line === 'string' ? line : line.text));
    this.send(`${canonical({ op: 'lines', space: this.space, stream })}\n${texts.join('\n')}`);
  }

  pushHeads(): void {
    this.#tellHeads(this.puppet.followers);
  }

  send(frame: object | string): void {
    const text = typeof frame === 'string' ? frame : canonical(frame);
    for (const socket of this.puppet.followers) socket.send(text);
  }

  /** Ends the live connections without a word. */
  breaksOff(): void {
    for (const socket of this.puppet.followers) socket.terminate();
  }

  /** The signed head of a stream, with the hashes that its state is made of. */
  checkpoint(stream: string, stateHash: string): object {
    const { epoch, seq, hash } = this.headOf(stream);
    const head = { v: 1, space: this.space, stream, epoch, seq, hash, ts: Date.now(), state_hash: stateHash };
    return signed('checkpoint', head, this.puppet.signing);
  }

  #tellHeads(sockets: Iterable<WebSocket>): void {
    const streams = Object.fromEntries(
      [...this.streams.keys()].map((stream) => [stream, cursorOf(this.headOf(stream))]),
    );
    const frame = canonical({ op: 'heads', space: this.space, member_count: this.memberCount, streams });
    for (const socket of sockets) socket.send(frame);
  }
}
