import { peopleLimits, type PeerPresence, type PeerWatch } from '@folkmoot/protocol-spec/schemas/federation/people.ts';
import type { Reader } from '../storage/database.ts';
import type { PresenceBook } from './presence-book.ts';
import { PresenceInterests, type PresenceInterestsParts } from './presence-interests.ts';
import { offline } from './user-presence.ts';

/** After a failed question the next one comes after so much, and so many times later after each further one. */
const RETRY = { ms: 1_000, times: 4 };
/** How long a new wish waits for others. */
const GATHER_MS = 300;
/** Users whose home is kept in memory. */
const REMEMBERED = 200_000;

export interface PresenceNetwork {
  /** Replaces whom this homeserver watches there; answers who of them is there. */
  watch(server: string, watch: PeerWatch[]): Promise<readonly PeerPresence[]>;
  send(server: string, presences: PeerPresence[]): Promise<void>;
}

export interface PresenceExchangeParts extends Omit<PresenceInterestsParts, 'times'> {
  book: PresenceBook;
  network: PresenceNetwork;
  /** Homes of users, null for those of this homeserver; without those who are not known. */
  homesOf(reader: Reader, users: readonly string[]): Promise<Map<string, string | null>>;
  times?: { gatherMs: number; coalesceMs: number; renewMs: number; watchMs: number };
}

/** What is wanted of one homeserver. */
interface Wanted {
  users: Map<string, string[]>;
  sent: string;
  askedAt: number;
  answeredAt: number;
  /** Since the last answer. */
  failures: number;
  isAsking: boolean;
  /** While a question is under way: who was told of meanwhile, which is newer than its answer, and whether another is due. */
  told: Set<string>;
  isDueAgain: boolean;
}

const nothingWanted = (): Wanted => ({
  users: new Map(),
  sent: '[]',
  askedAt: 0,
  answeredAt: 0,
  failures: 0,
  isAsking: false,
  told: new Set(),
  isDueAgain: false,
});

/**
 * Presence between homeservers: each tells the others whom its users have in view and is told of these, until it does not renew it. Nothing
 * is sent about anybody who is in nobody's view, and each pair of homeservers exchanges one message a second at most. [PPL-9]
 */
export class PresenceExchange implements AsyncDisposable {
  readonly #parts: PresenceExchangeParts;
  readonly #times: NonNullable<PresenceExchangeParts['times']>;
  readonly #homes = new Map<string, string | null>();
  readonly #wanted = new Map<string, Wanted>();
  readonly #interests: PresenceInterests;
  #gathering: NodeJS.Timeout | undefined;
  readonly #renewing: NodeJS.Timeout;
  #running: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(parts: PresenceExchangeParts) {
    this.#parts = parts;
    const { coalesceMs, renewMs, watchMs } = peopleLimits;
    this.#times = parts.times ?? { gatherMs: GATHER_MS, coalesceMs, renewMs, watchMs };
    this.#interests = new PresenceInterests({ ...parts, times: this.#times });
    parts.book.follow({ viewChanged: () => this.#gather(), shown: ({ user }) => this.#interests.shown(user) });
    this.#renewing = setInterval(() => this.#gather(), this.#times.renewMs / 3).unref();
  }

  /** Another homeserver says whom its users have in view. */
  watch(server: string, watch: readonly PeerWatch[]): Promise<PeerPresence[]> {
    return this.#interests.watch(server, watch);
  }

  /** Blocks or friends of a user changed. */
  relationsChanged(user: string): Promise<void> {
    return this.#interests.relationsChanged(user);
  }

  /** Another homeserver says how its users are; of anybody else it has nothing to say. */
  take(server: string, presences: readonly PeerPresence[]): void {
    const wanted = this.#wanted.get(server);
    for (const { user, status, text, to } of presences) {
      if (!wanted?.users.has(user)) continue;
      if (wanted.isAsking) wanted.told.add(user);
      this.#parts.book.setRemote({ user, status, text }, to);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearInterval(this.#renewing);
    clearTimeout(this.#gathering);
    this.#interests.close();
    await this.#running;
  }

  #gather(): void {
    if (this.#closed) return;
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      this.#running = this.#running
        .then(() => this.#renew())
        .catch((error: unknown) => {
          this.#parts.log.error({ err: error }, 'whom other homeservers are asked about could not be read');
        });
    }, this.#times.gatherMs).unref();
  }

  async #renew(): Promise<void> {
    const { book, clock } = this.#parts;
    const homes = await this.#homesOfWatched();
    for (const wanted of this.#wanted.values()) wanted.users = new Map();
    for (const [user, home] of homes) {
      const { users } = this.#of(home);
      const by = [...book.viewersOf(user)].sort().slice(0, peopleLimits.watchers);
      if (by.length > 0 && users.size < peopleLimits.watchedUsers) users.set(user, by);
    }
    const now = clock.now();
    for (const [server, wanted] of this.#wanted) {
      if (wanted.answeredAt > 0 && now - wanted.answeredAt > this.#times.watchMs) this.#gone(wanted);
      const list = [...wanted.users].map(([user, by]) => ({ user, by }));
      const text = JSON.stringify(list);
      const renewMs = Math.min(this.#times.renewMs, this.#retryMs(wanted.failures));
      const isDue = text !== wanted.sent || (list.length > 0 && now - wanted.askedAt >= renewMs);
      const isFresh = now - wanted.askedAt < this.#times.coalesceMs;
      if (isDue && isFresh) this.#gather();
      if (isDue && wanted.isAsking) wanted.isDueAgain = true;
      if (isDue && !isFresh && !wanted.isAsking) void this.#ask(server, wanted, list, text);
    }
  }

  /** Of the users in view those of other homeservers; of most people it is known already that they are of this one. */
  async #homesOfWatched(): Promise<Map<string, string>> {
    const { book, database, homesOf } = this.#parts;
    const unknown: string[] = [];
    const found = new Map<string, string>();
    for (const user of book.watched) {
      const home = this.#homes.get(user);
      if (home === undefined) unknown.push(user);
      else if (home !== null) found.set(user, home);
    }
    if (this.#homes.size + unknown.length > REMEMBERED) this.#homes.clear();
    if (unknown.length === 0) return found;
    for (const [user, home] of await database.read((reader) => homesOf(reader, unknown))) {
      this.#homes.set(user, home);
      if (home !== null) found.set(user, home);
    }
    return found;
  }

  #of(server: string): Wanted {
    let wanted = this.#wanted.get(server);
    if (!wanted) this.#wanted.set(server, (wanted = nothingWanted()));
    return wanted;
  }

  async #ask(server: string, wanted: Wanted, list: PeerWatch[], text: string): Promise<void> {
    const { network, book, clock, log } = this.#parts;
    wanted.isAsking = true;
    wanted.isDueAgain = false;
    wanted.told.clear();
    wanted.askedAt = clock.now();
    wanted.sent = text;
    try {
      const presences = new Map((await network.watch(server, list)).map((presence) => [presence.user, presence]));
      wanted.answeredAt = clock.now();
      wanted.failures = 0;
      for (const user of wanted.users.keys()) {
        if (wanted.told.has(user)) continue;
        const told = presences.get(user);
        const { status, text: words } = told ?? offline(user);
        book.setRemote({ user, status, text: words }, told?.to ?? []);
      }
      if (list.length === 0) this.#wanted.delete(server);
    } catch (error) {
      // It is asked again with patience, and its users are gone when the time is over.
      wanted.failures++;
      const retryMs = this.#retryMs(wanted.failures);
      if (retryMs < this.#times.renewMs) setTimeout(() => this.#gather(), retryMs).unref();
      log.debug({ err: error, server }, 'a homeserver does not say who of its users is there');
    } finally {
      wanted.isAsking = false;
      if (wanted.isDueAgain) this.#gather();
    }
  }

  #retryMs(failures: number): number {
    return failures === 0 ? Infinity : RETRY.ms * RETRY.times ** (failures - 1);
  }

  /** It was not heard from for too long. [PPL-11] */
  #gone(wanted: Wanted): void {
    for (const user of wanted.users.keys()) this.#parts.book.setRemote(offline(user), []);
    wanted.answeredAt = 0;
  }
}
