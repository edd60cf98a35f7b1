import type { TestContext } from 'node:test';
import { verifyIntent } from '@folkmoot/federation/intent.ts';
import { generateKeyPair, importPublicKey } from '@folkmoot/federation/keys.ts';
import type { Intent } from '@folkmoot/federation/schemas.ts';
import type { IntentResult } from '@folkmoot/protocol-spec/schemas/federation/intents.ts';
import { Type } from 'typebox';
import { type Clock, systemClock } from '../base/clock.ts';
import { createLog } from '../base/log.ts';
import type { Engine } from '../storage/storage-contract.ts';
import type { EventBinding, Shown } from '../streams/binding.ts';
import { createDeeds, type Deeds, type DeedInSpace } from '../streams/deeds.ts';
import { type Departure, departuresAfter } from '../streams/departures-store.ts';
import { Departures } from '../streams/departures.ts';
import { Outbox } from '../streams/outbox.ts';
import type { RemoteHubs } from '../streams/remote-hubs.ts';
import { createSignals } from '../streams/signals.ts';
import { eventOf } from '../streams/space-log.ts';
import { openTail } from '../streams/tail.ts';
import { noteBindings, OpenLog, someone } from './open-log.ts';

const hubName = 'hub.example';

const saying = (type: string): EventBinding => ({
  type,
  body: Type.Object({ content: Type.Optional(Type.String()) }),
  decide: async () => undefined,
  apply: async () => undefined,
  show: async () => [],
});
const bindings = new Map([
  ...noteBindings,
  ...['message.create', 'member.kick', 'member.leave', 'channel.delete'].map((type) => [type, saying(type)] as const),
]);

/** What the hub does with a request: takes it, takes it and loses the answer, or does not hear it. */
type Mood = 'answers' | 'loses the answer' | 'is away';

/**
 * A homeserver that follows a space, with a hub in place of the network. The hub takes intents as any hub: each id once, numbers only
 * upwards. Its lines come back when they are let through.
 */
export class FollowerAndHub {
  readonly log: OpenLog;
  readonly space: string;
  readonly told: Shown[] = [];
  /** Ids in the order in which they were taken, and all requests. */
  readonly taken: string[] = [];
  readonly requests: Intent[][] = [];
  mood: Mood = 'answers';
  /** Whether the hub hides what it has accepted. */
  hides = false;
  /** Whether lines come back by themselves. */
  linesCome = true;
  /** Refuses these ids, each as often as there are answers. */
  readonly refusals = new Map<string, Extract<IntentResult, { ok: false }>[]>();
  readonly clock: Clock;
  deeds!: Deeds;
  outbox!: Outbox;
  departures!: Departures;
  /** Who is out of the space here. */
  readonly gone: string[] = [];
  readonly #key = generateKeyPair();
  readonly #places = new Map<string, { epoch: number; seq: number }>();
  #n = 0;
  #held: Intent[] = [];
  #reachable: ((hub: string) => void)[] = [];
  #waiting: (() => void)[] = [];
  #close: (() => Promise<void>)[] = [];

  private constructor(log: OpenLog, space: string, clock: Clock) {
    this.log = log;
    this.space = space;
    this.clock = clock;
  }

  static async open(t: TestContext, engine: Engine, clock: Clock = systemClock): Promise<FollowerAndHub | undefined> {
    const log = await OpenLog.open(t, engine, clock, bindings);
    if (!log) return undefined;
    const pair = new FollowerAndHub(log, await log.found(), clock);
    await pair.start();
    t.after(() => pair.stop());
    return pair;
  }

  /** Starts the homeserver over what it has, as after a crash. */
  async start(): Promise<void> {
    const { database, committer, log: spaceLog } = this.log;
    const signals = createSignals();
    signals.listen((signal) => {
      if (signal.kind === 'shown') this.told.push(signal.shown);
      this.#wake();
    });
    this.#reachable = [];
    const remote: RemoteHubs = {
      hubOf: async () => hubName,
      isMember: async () => true,
      isHidden: async () => this.hides,
      endMembership: async (_tx, _space, user) => void this.gone.push(user),
      send: (_, lines) => this.#hear(lines.map((line) => JSON.parse(line) as Intent)),
      onReachable: (listener) => void this.#reachable.push(listener),
    };
    const log = createLog({ level: 'fatal', format: 'json', write: () => undefined });
    const tail = await openTail({ database, bindings, log });
    committer.onCommit(() => {
      tail.wake();
      this.#wake();
    });
    const signer = { serverName: 'home.example', signingKey: this.#key };
    const parts = { database, committer, remote, signals, clock: this.clock, log, waitMs: 5_000, ...signer };
    this.departures = new Departures({ ...parts, backoff: { first: 100, longest: 1_000 } });
    const { departures } = this;
    this.outbox = await Outbox.open({ ...parts, departures });
    const { outbox } = this;
    tail.listen(({ events }) => outbox.follow(events));
    this.deeds = createDeeds({ database, committer, spaceLog, remote, outbox, departures });
    outbox.start();
    await departures.start();
    this.#close = [() => outbox.close(), () => departures.close(), () => tail.close()];
  }

  async stop(): Promise<void> {
    for (const close of this.#close.splice(0)) await close();
  }

  says(content: string, id?: string): Promise<string> {
    return this.does({ type: 'message.create', body: { content }, id });
  }

  /** Resolves to the id of the intent of the event that it became. */
  does(deed: Pick<DeedInSpace, 'type' | 'body' | 'id'> & { actor?: string }): Promise<string> {
    const full = { actor: someone, space: this.space, stream: '_', ref: [], ...deed };
    return this.deeds.perform(full, async (_, submitted) => eventOf(submitted).intent);
  }

  /** The hub can be reached again, and this homeserver hears of it. */
  comesBack(): void {
    this.mood = 'answers';
    for (const listener of this.#reachable) listener(hubName);
  }

  /** Who has left and was not taken by the hub yet. */
  departing(): Promise<Departure[]> {
    const all = { hub: hubName, space: '', user: '', limit: 100 };
    return this.log.database.read((reader) => reader.all(departuresAfter, all));
  }

  async lineUp(): Promise<void> {
    this.linesCome = true;
    for (const intent of this.#held.splice(0)) await this.#line(intent);
  }

  async until<T>(find: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
    for (;;) {
      // What happens while it looks counts, too.
      const happened = new Promise<void>((resolve) => this.#waiting.push(resolve));
      const found = await find();
      if (found !== undefined && found !== false) return found;
      await happened;
    }
  }

  /** How often the user was told this. */
  toldOf(t: string): object[] {
    return this.told.filter((shown) => shown.t === t).map(({ d }) => d);
  }

  async #hear(intents: Intent[]): Promise<IntentResult[]> {
    const { mood } = this;
    if (mood !== 'is away') this.requests.push(intents);
    try {
      if (mood === 'is away') throw new Error('no route');
      const results = intents.map((intent) => this.#judge(intent));
      for (const [at, { ok }] of results.entries()) if (ok) await this.#comeBack(intents[at]!);
      if (mood === 'loses the answer') throw new Error('reset');
      return results;
    } finally {
      this.#wake();
    }
  }

  #judge(intent: Intent): IntentResult {
    const { id, n } = intent;
    if (intent.exp <= this.clock.now()) return refused(id, 400, 'expired');
    const known = this.#places.get(id);
    if (known) return { id, ok: true, ...known };
    if (!verifyIntent(intent, importPublicKey(this.#key.publicJwk))) return refused(id, 401, 'bad_signature');
    const refusal = this.refusals.get(id)?.shift();
    if (refusal) return refusal;
    if (n <= this.#n) return refused(id, 409, 'out_of_order');
    this.#n = n;
    const place = { epoch: 1, seq: 1_000 + this.#places.size };
    this.#places.set(id, place);
    this.taken.push(id);
    return { id, ok: true, ...place };
  }

  async #comeBack(intent: Intent): Promise<void> {
    if (this.linesCome) await this.#line(intent);
    else this.#held.push(intent);
  }

  async #line({ id, actor, stream, type, body }: Intent): Promise<void> {
    await this.log.committer.commit((tx) =>
      this.log.log.submit(tx, { actor, space: this.space, stream, type, ref: [], body, id }),
    );
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

export function refused(id: string, status: number, code: string): Extract<IntentResult, { ok: false }> {
  return { id, ok: false, status, code, message: code };
}
