import { peopleLimits, type PeerPresence, type PeerWatch } from '@folkmoot/protocol-spec/schemas/federation/people.ts';
import type { Presence } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Database, Reader } from '../storage/database.ts';
import type { PresenceBook } from './presence-book.ts';
import { offline } from './user-presence.ts';

/** How long a new wish waits for others. */
const GATHER_MS = 300;
/** Users whose home is kept in memory. */
const REMEMBERED = 200_000;
/** Pairs of users that one homeserver may ask about. */
const PAIRS = 10_000;

export interface PresenceNetwork {
  /** Replaces whom this homeserver watches there; answers who of them is there. */
  watch(server: string, watch: PeerWatch[]): Promise<readonly PeerPresence[]>;
  send(server: string, presences: PeerPresence[]): Promise<void>;
}

export interface PresenceExchangeParts {
  book: PresenceBook;
  network: PresenceNetwork;
  database: Pick<Database, 'read'>;
  /** Homes of users, null for those of this homeserver; without those who are not known. */
  homesOf(reader: Reader, users: readonly string[]): Promise<Map<string, string | null>>;
  /** Users of a homeserver among `by` who may see a user of this one. */
  mayWatch(reader: Reader, server: string, user: string, by: readonly string[]): Promise<string[]>;
  clock: Clock;
  log: Log;
  times?: { gatherMs: number; coalesceMs: number; renewMs: number; watchMs: number };
}

/** What is wanted of one homeserver. */
interface Wanted {
  users: Map<string, string[]>;
  sent: string;
  askedAt: number;
  answeredAt: number;
  isAsking: boolean;
}

/** Which users of this homeserver another one watches, for whom of its own. */
interface Interest {
  users: Map<string, Set<string>>;
  until: number;
}

/**
 * Presence between homeservers: each tells the others whom its users have in view and is told of these, until it does not renew it. Nothing
 * is sent about anybody who is in nobody's view, and each pair of homeservers exchanges one message a second at most. [PPL-9]
 */
export class PresenceExchange implements AsyncDisposable {
  readonly #parts: PresenceExchangeParts;
  readonly #times: NonNullable<PresenceExchangeParts['times']>;
  readonly #homes = new Map<string, string | null>();
  readonly #wanted = new Map<string, Wanted>();
  readonly #interests = new Map<string, Interest>();
  /** Servers that watch a user. */
  readonly #watchedFrom = new Map<string, Set<string>>();
  /** Users whose presence changed, for each server that is to be told. */
  readonly #dirty = new Map<string, Set<string>>();
  #gathering: NodeJS.Timeout | undefined;
  #flushing: NodeJS.Timeout | undefined;
  readonly #renewing: NodeJS.Timeout;
  #running: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(parts: PresenceExchangeParts) {
    this.#parts = parts;
    const { coalesceMs, renewMs, watchMs } = peopleLimits;
    this.#times = parts.times ?? { gatherMs: GATHER_MS, coalesceMs, renewMs, watchMs };
    parts.book.follow({ viewChanged: () => this.#gather(), shown: (presence) => this.#shown(presence) });
    this.#renewing = setInterval(() => this.#gather(), this.#times.renewMs / 3).unref();
  }

  /** Another homeserver says whom its users have in view. */
  async watch(server: string, watch: readonly PeerWatch[]): Promise<PeerPresence[]> {
    const { database, mayWatch, clock } = this.#parts;
    const users = await database.read(async (reader) => {
      const allowed = new Map<string, Set<string>>();
      let pairs = 0;
      for (const { user, by } of watch) {
        pairs += by.length;
        if (pairs > PAIRS) break;
        const to = await mayWatch(reader, server, user, by);
        if (to.length > 0) allowed.set(user, new Set(to));
      }
      return allowed;
    });
    this.#forgetInterest(server);
    if (users.size > 0) this.#interests.set(server, { users, until: clock.now() + this.#times.watchMs });
    for (const user of users.keys()) {
      const servers = this.#watchedFrom.get(user);
      if (servers) servers.add(server);
      else this.#watchedFrom.set(user, new Set([server]));
    }
    return [...users].flatMap(([user, to]) => {
      const [presence] = this.#parts.book.presencesOf([user]);
      return presence && presence.status !== 'offline' ? [{ ...presence, to: [...to] }] : [];
    });
  }

  /** Another homeserver says how its users are; of anybody else it has nothing to say. */
  take(server: string, presences: readonly PeerPresence[]): void {
    const wanted = this.#wanted.get(server);
    for (const { user, status, text, to } of presences)
      if (wanted?.users.has(user)) this.#parts.book.setRemote({ user, status, text }, to);
  }

  /** Blocks or friends of a user changed: those who may not see them any more see them go. */
  async relationsChanged(user: string): Promise<void> {
    for (const server of [...(this.#watchedFrom.get(user) ?? [])]) {
      const interest = this.#interests.get(server);
      const before = interest?.users.get(user);
      if (!interest || !before) continue;
      const still = new Set(
        await this.#parts.database.read((reader) => this.#parts.mayWatch(reader, server, user, [...before])),
      );
      if (still.size === before.size) continue;
      interest.users.set(user, still);
      this.#mark(server, user);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearInterval(this.#renewing);
    clearTimeout(this.#gathering);
    clearTimeout(this.#flushing);
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
      const isDue = text !== wanted.sent || (list.length > 0 && now - wanted.askedAt >= this.#times.renewMs);
      const isFresh = now - wanted.askedAt < this.#times.coalesceMs;
      if (isDue && isFresh) this.#gather();
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
    if (!wanted)
      this.#wanted.set(server, (wanted = { users: new Map(), sent: '[]', askedAt: 0, answeredAt: 0, isAsking: false }));
    return wanted;
  }

  async #ask(server: string, wanted: Wanted, list: PeerWatch[], text: string): Promise<void> {
    const { network, book, clock, log } = this.#parts;
    wanted.isAsking = true;
    wanted.askedAt = clock.now();
    wanted.sent = text;
    try {
      const presences = new Map((await network.watch(server, list)).map((presence) => [presence.user, presence]));
      wanted.answeredAt = clock.now();
      for (const user of wanted.users.keys()) {
        const told = presences.get(user);
        const { status, text: words } = told ?? offline(user);
        book.setRemote({ user, status, text: words }, told?.to ?? []);
      }
      if (list.length === 0) this.#wanted.delete(server);
    } catch (error) {
      // It is asked again when it is renewed, and its users are gone when the time is over.
      log.debug({ err: error, server }, 'a homeserver does not say who of its users is there');
    } finally {
      wanted.isAsking = false;
    }
  }

  /** It was not heard from for too long. [PPL-11] */
  #gone(wanted: Wanted): void {
    for (const user of wanted.users.keys()) this.#parts.book.setRemote(offline(user), []);
    wanted.answeredAt = 0;
  }

  #forgetInterest(server: string): void {
    for (const user of this.#interests.get(server)?.users.keys() ?? []) {
      const servers = this.#watchedFrom.get(user);
      servers?.delete(server);
      if (servers?.size === 0) this.#watchedFrom.delete(user);
    }
    this.#interests.delete(server);
  }

  #shown({ user }: Presence): void {
    for (const server of this.#watchedFrom.get(user) ?? []) this.#mark(server, user);
  }

  #mark(server: string, user: string): void {
    const dirty = this.#dirty.get(server);
    if (dirty) dirty.add(user);
    else this.#dirty.set(server, new Set([user]));
    this.#flushing ??= setTimeout(() => this.#flush(), this.#times.coalesceMs).unref();
  }

  #flush(): void {
    this.#flushing = undefined;
    const { book, network, clock, log } = this.#parts;
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    for (const [server, users] of dirty) {
      const interest = this.#interests.get(server);
      if (!interest || interest.until < clock.now()) {
        this.#forgetInterest(server);
        continue;
      }
      const presences = book
        .presencesOf([...users])
        .map((presence) => ({ ...presence, to: [...(interest.users.get(presence.user) ?? [])] }));
      for (let from = 0; from < presences.length; from += peopleLimits.items)
        network
          .send(server, presences.slice(from, from + peopleLimits.items))
          .catch((error: unknown) => log.debug({ err: error, server }, 'a homeserver was not told who is there'));
    }
  }
}
