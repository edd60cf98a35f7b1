import { type Backoff, delayAfter } from '@folkmoot/federation/backoff.ts';
import { canonicalize } from '@folkmoot/federation/canonical-json.ts';
import type { IntentResult } from '@folkmoot/protocol-spec/schemas/federation/intents.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Database, Writer } from '../storage/database.ts';
import type { Committer } from './committer.ts';
import * as store from './departures-store.ts';
import type { Departure } from './departures-store.ts';
import { type Signer, signedAgain, signedIntent } from './outbox-intent.ts';
import { isOutdated } from './refusal-of-hub.ts';
import type { RemoteHubs } from './remote-hubs.ts';
import type { Signals } from './signals.ts';

const patience: Backoff = { first: 1_000, longest: 3_600_000 };
/** What one request may hold. */
const BATCH = 50;
/** So long before its end an intent is signed anew: more than the clocks of two homeservers are apart. */
const MARGIN_MS = 600_000;
/** How long somebody who comes back waits for the hub to take that they left. */
const SETTLE_MS = 8_000;

export interface DeparturesParts extends Signer {
  database: Pick<Database, 'read'>;
  committer: Pick<Committer, 'commit' | 'onCommit'>;
  remote: Pick<RemoteHubs, 'send' | 'endMembership' | 'onReachable'>;
  signals: Pick<Signals, 'accessChanged'>;
  clock: Clock;
  log: Log;
  random?: () => number;
  /** How long a hub is left alone. */
  backoff?: Backoff;
}

/** A hub that is asked again later. */
interface Resting {
  timer: NodeJS.Timeout;
  failures: number;
  /** Whether it did not answer; otherwise it has something against what it was told. */
  isAway: boolean;
}

/**
 * Who leaves a space of a hub that does not answer is out of it here at once. The hub is told for as long as it takes, under one id, and
 * nobody comes back before it knows. [FOL-19]
 */
export class Departures {
  readonly #parts: DeparturesParts;
  readonly #listeners: ((space: string) => void)[] = [];
  #hasUnsent: (space: string, user: string) => boolean = () => false;
  readonly #fresh = new Map<string, string>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #again = new Set<string>();
  readonly #resting = new Map<string, Resting>();
  #isStarted = false;
  #isClosed = false;

  constructor(parts: DeparturesParts) {
    this.#parts = parts;
    parts.committer.onCommit(() => this.#committed());
    parts.remote.onReachable((hub) => this.reached(hub));
  }

  /** Told of spaces that somebody of this homeserver left in this way, once that is durable. */
  onLeft(listener: (space: string) => void): void {
    this.#listeners.push(listener);
  }

  /** What somebody asked for in a space before they left it goes first. [PEND-1] */
  sendAfter(hasUnsent: (space: string, user: string) => boolean): void {
    this.#hasUnsent = hasUnsent;
  }

  /** Ends a membership here, and keeps what tells the hub. Throws `owner_cannot`. */
  async keep(tx: Writer, departure: Departure): Promise<void> {
    const { space, user, hub } = departure;
    await this.#parts.remote.endMembership(tx, space, user);
    await tx.run(store.insertDeparture, departure);
    this.#fresh.set(space, hub);
  }

  /** The same where nothing was signed yet. */
  async leave(tx: Writer, hub: string, space: string, user: string): Promise<void> {
    if (await tx.get(store.findDeparture, { space, user })) return;
    const { clock } = this.#parts;
    const deed = { space, stream: '_', actor: user, type: 'member.leave', ref: [], body: {} };
    const intent = await signedIntent(tx, hub, deed, clock.now(), this.#parts);
    const { id, exp } = intent;
    await this.keep(tx, { space, user, hub, id, line: canonicalize(intent), exp });
  }

  /** Whether nobody waits for the hub to learn that this user left; it is told now where that is not so. */
  async settle(hub: string, space: string, user: string): Promise<boolean> {
    const { database } = this.#parts;
    const isSettled = async () =>
      (await database.read((reader) => reader.get(store.findDeparture, { space, user }))) === undefined;
    if (await isSettled()) return true;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, SETTLE_MS);
    // What is under way may have begun before this user left.
    await Promise.race([late, this.#run(hub).then(() => this.#running.get(hub))]);
    clearTimeout(timer);
    return isSettled();
  }

  /** A hub that was away is there again, or was sent what goes first. */
  reached(hub: string): void {
    if (this.#resting.get(hub)?.isAway) void this.#run(hub);
  }

  /** Goes on with what was left when this homeserver stopped. */
  async start(): Promise<void> {
    this.#isStarted = true;
    const hubs = await this.#parts.database.read((reader) => reader.all(store.hubsOfDepartures, {}));
    for (const { hub } of hubs) void this.#run(hub);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { timer } of this.#resting.values()) clearTimeout(timer);
    await Promise.all(this.#running.values());
  }

  #committed(): void {
    if (this.#fresh.size === 0) return;
    const fresh = [...this.#fresh];
    this.#fresh.clear();
    for (const [space, hub] of fresh) {
      this.#parts.signals.accessChanged(space);
      for (const listener of this.#listeners) listener(space);
      void this.#run(hub);
    }
  }

  #run(hub: string): Promise<void> {
    if (!this.#isStarted || this.#isClosed) return Promise.resolve();
    const running = this.#running.get(hub);
    if (running) {
      this.#again.add(hub);
      return running;
    }
    const failures = this.#resting.get(hub)?.failures ?? 0;
    clearTimeout(this.#resting.get(hub)?.timer);
    this.#resting.delete(hub);
    const work = this.#tell(hub, failures).finally(() => {
      this.#running.delete(hub);
      if (this.#again.delete(hub)) void this.#run(hub);
    });
    this.#running.set(hub, work);
    return work;
  }

  async #tell(hub: string, failures: number): Promise<void> {
    const { database, log } = this.#parts;
    let isRefused = false;
    let isWaiting = false;
    try {
      for (let after = { space: '', user: '' }; !this.#isClosed; ) {
        const rows = await database.read((reader) =>
          reader.all(store.departuresAfter, { hub, ...after, limit: BATCH }),
        );
        const last = rows.at(-1);
        if (!last) break;
        const due = rows.filter(({ space, user }) => !this.#hasUnsent(space, user));
        isWaiting ||= due.length < rows.length;
        if (due.length > 0 && !(await this.#tellOf(hub, due))) isRefused = true;
        after = { space: last.space, user: last.user };
      }
      if (isRefused || isWaiting) this.#rest(hub, failures + 1, isWaiting);
    } catch (error) {
      log.debug({ err: error, hub }, 'a hub does not know yet who left; it is told later');
      this.#rest(hub, failures + 1, true);
    }
  }

  /** True where the hub knows of all of them now. */
  async #tellOf(hub: string, rows: readonly Departure[]): Promise<boolean> {
    const { remote, committer, clock } = this.#parts;
    if (!remote.send) throw new Error('federation is off');
    const isOld = ({ exp }: Departure) => exp < clock.now() + MARGIN_MS;
    const due = rows.some(isOld)
      ? await committer.commit((tx) =>
          Promise.all(rows.map((row) => (isOld(row) ? this.#signAnew(tx, row) : Promise.resolve(row)))),
        )
      : rows;
    const lines = due.map(({ line }) => line);
    const results = await remote.send(hub, lines);
    const answers = due.map((row, at) => ({ row, meaning: meaningOf(results[at], row.id) }));
    await committer.commit(async (tx) => {
      for (const { row, meaning } of answers)
        if (meaning === 'gone') await tx.run(store.forgetDeparture, row);
        else if (meaning === 'outdated') await this.#signAnew(tx, row);
    });
    return answers.every(({ meaning }) => meaning === 'gone');
  }

  /** The same intent with a time, a number and a key of now. */
  async #signAnew(tx: Writer, row: Departure): Promise<Departure> {
    const { line, exp } = await signedAgain(tx, row.line, this.#parts.clock.now(), this.#parts);
    await tx.run(store.signDeparture, { ...row, line, exp });
    return { ...row, line, exp };
  }

  #rest(hub: string, failures: number, isAway: boolean): void {
    if (this.#isClosed) return;
    const { random = Math.random, backoff = patience } = this.#parts;
    const timer = setTimeout(() => void this.#run(hub), delayAfter(failures, backoff, random())).unref();
    this.#resting.set(hub, { timer, failures, isAway });
  }
}

/** `not_found`: who is no member there has left. What else a hub may have against it, it is asked again. */
function meaningOf(result: IntentResult | undefined, id: string): 'gone' | 'outdated' | 'later' {
  if (!result || (result.id !== null && result.id !== id)) return 'later';
  if (result.ok || result.code === 'not_found') return 'gone';
  return isOutdated(result) || result.code === 'expired' ? 'outdated' : 'later';
}
