import { canonical, sha256 } from './keys.ts';
import { type Asked, notFound, type PuppetAnswer } from './puppet.ts';
import { ndjson, type PuppetLine } from './puppet-line.ts';

export const spaceName = 'Puppets';

/** The hub that it answers for. */
interface AnsweredHub {
  readonly space: string;
  readonly code: string;
  readonly name: string;
  readonly owner: { id: string };
  readonly memberCount: number;
  readonly streams: ReadonlyMap<string, PuppetLine[]>;
  headOf(stream: string): PuppetLine;
  checkpoint(stream: string, stateHash: string): object;
  add(stream: string, type: string, body: object, more: { intent: TakenIntent; ref?: string[] }): PuppetLine;
  push(stream: string, ...lines: PuppetLine[]): void;
}

interface TakenIntent {
  id: string;
  actor: string;
  stream: string;
  type: string;
  body: Record<string, unknown>;
  ref?: string[];
}

export interface ErasureEntry {
  space: string;
  stream: string;
  erased: string[] | 'all';
}

/** What an honest hub answers its followers, as chapter 8 has it. */
export class HubAnswers {
  readonly #hub: AnsweredHub;
  /** Answers before the honest one, where it returns something. */
  instead: ((asked: Asked) => PuppetAnswer | undefined) | undefined;
  /** Intents that it decided, in the order in which they came. */
  readonly taken: TakenIntent[] = [];
  readonly erasures: ErasureEntry[] = [];
  readonly #results = new Map<string, object>();

  constructor(hub: AnsweredHub) {
    this.#hub = hub;
  }

  answer(asked: Asked): PuppetAnswer | undefined {
    const { space, code } = this.#hub;
    const { method, path, body } = asked;
    const instead = this.instead?.(asked);
    if (instead) return instead;
    if (path === `/invites/${code}`) return { body: canonical(this.#preview()) };
    if (path.startsWith('/invites/')) return notFound;
    if (method === 'POST' && path === '/intents')
      return { body: canonical({ results: linesOf(body).map((line) => this.#take(line)) }) };
    if (path === '/erasures') return { body: canonical(this.#erasuresAfter(asked.query)) };
    if (!path.startsWith('/spaces/')) return undefined;
    if (path === `/spaces/${space}`) return { body: canonical(this.#summary()) };
    if (path === `/spaces/${space}/members`) return this.#members(asked.query);
    const [, , named, , stream = '', what] = path.split('/');
    if (named !== space || !this.#hub.streams.has(stream)) return notFound;
    if (what === 'events') return inLines(pageOf(this.#hub.streams.get(stream)!, asked.query));
    if (what === 'checkpoint') return { body: canonical(this.#hub.checkpoint(stream, hashOver(this.stateOf(stream)))) };
    if (what === 'state') return this.state(stream, this.stateOf(stream));
    if (what === 'heal')
      return { status: 409, body: canonical({ code: 'not_restoring', message: 'It has lost nothing.' }) };
    return undefined;
  }

  /** The lines that say what is the case now, members left out. */
  stateOf(stream: string): PuppetLine[] {
    const log = this.#hub.streams.get(stream)!;
    const types = stream === '_' ? /"type":"(space|role|invite|server|bot)\./ : /"type":"(channel|pin)\./;
    return log.filter(({ text }) => types.test(text));
  }

  /** A page of state of these lines. */
  state(stream: string, lines: readonly PuppetLine[]): PuppetAnswer {
    const members = stream === '_' ? this.#memberLines() : [];
    const checkpoint = this.#hub.checkpoint(stream, hashOver(lines));
    return inLines([canonical({ checkpoint, members: members.length, next: null }), ...members, ...lines]);
  }

  #memberLines(): PuppetLine[] {
    return this.#hub.streams.get('_')!.filter(({ text }) => text.includes('"type":"member.'));
  }

  #members(query: URLSearchParams): PuppetAnswer {
    const users = query.get('users')?.split(',');
    const lines = this.#memberLines().filter(({ text }) => !users || users.some((user) => text.includes(user)));
    return inLines([canonical({ checkpoint: this.#hub.checkpoint('_', hashOver([])), next: null }), ...lines]);
  }

  #erasuresAfter(query: URLSearchParams): object {
    const after = Number(query.get('after') ?? 0);
    return { erasures: this.erasures.slice(after), next: Math.max(after, this.erasures.length), more: false };
  }

  #preview(): object {
    const { space: id, name: hub } = this.#hub;
    const space = { id, kind: 'community', name: spaceName, description: '', member_count: 1, hub };
    return { v: 1, invite: `n_${'a'.repeat(26)}`, space, inviter: 'owner', expires: null };
  }

  #summary(): object {
    const { space, name: hub, owner, streams } = this.#hub;
    const heads = [...streams.keys()].map((stream) => {
      const { epoch, seq, hash } = this.#hub.headOf(stream);
      return { stream, epoch, seq, hash };
    });
    const profile = { kind: 'community', name: spaceName, description: '', owner: owner.id, hub, created: Date.now() };
    return {
      v: 1,
      space,
      profile,
      member_count: this.#hub.memberCount,
      genesis: streams.get('_')![0]!.text,
      streams: heads,
    };
  }

  /** Accepts whatever is asked for, each intent once. */
  #take(line: string): object {
    const intent = JSON.parse(line) as TakenIntent;
    const before = this.#results.get(intent.id);
    if (before) return before;
    this.taken.push(intent);
    const { id, stream, type, body, ref } = intent;
    const written = this.#hub.add(stream, type, body, { intent, ...(ref ? { ref } : {}) });
    const result = { id, ok: true, epoch: written.epoch, seq: written.seq, hash: written.hash };
    this.#results.set(id, result);
    // Whoever wrote it is told like everybody else.
    this.#hub.push(stream, written);
    return result;
  }
}

function pageOf(log: readonly PuppetLine[], query: URLSearchParams): readonly PuppetLine[] {
  const limit = Number(query.get('limit') ?? 200);
  const [after, before] = [query.get('after'), query.get('before')];
  const isPast = (line: PuppetLine, place: string) => {
    const [epoch = 0, seq = 0] = place.split('.').map(Number);
    return line.epoch > epoch || (line.epoch === epoch && line.seq > seq);
  };
  if (before !== null) {
    const isBefore = (line: PuppetLine) => !isPast(line, before) && `${line.epoch}.${line.seq}` !== before;
    return log.filter(isBefore).slice(-limit);
  }
  return log.filter((line) => after === null || isPast(line, after)).slice(0, limit);
}

function hashOver(lines: readonly PuppetLine[]): string {
  return sha256(lines.map(({ hash }) => `${hash}\n`).join('')).toString('base64url');
}

function inLines(lines: readonly (PuppetLine | string)[]): PuppetAnswer {
  return { body: ndjson(lines), headers: { 'content-type': 'application/x-ndjson' } };
}

const linesOf = (body: string) => body.split('\n').filter((line) => line !== '');
