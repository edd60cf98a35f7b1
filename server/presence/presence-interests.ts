import { peopleLimits, type PeerPresence, type PeerWatch } from '@folkmoot/protocol-spec/schemas/federation/people.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Database, Reader } from '../storage/database.ts';
import type { PresenceBook } from './presence-book.ts';

/** Pairs of users that one homeserver may ask about. */
const PAIRS = 10_000;
/** How often those who may not be watched are looked at again before the wish is renewed, and how much later each time. */
const LOOKS = { most: 4, times: 3 };
/** How often in a row a homeserver is told again what did not reach it. */
const SENDS = 3;

export interface PresenceInterestsParts {
  book: Pick<PresenceBook, 'presencesOf'>;
  network: { send(server: string, presences: PeerPresence[]): Promise<void> };
  database: Pick<Database, 'read'>;
  /** Users of a homeserver among `by` who may see a user of this one. */
  mayWatch(reader: Reader, server: string, user: string, by: readonly string[]): Promise<string[]>;
  clock: Clock;
  log: Log;
  times: { coalesceMs: number; watchMs: number };
}

/** Which users of this homeserver another one watches, for whom of its own. */
interface Interest {
  users: Map<string, Set<string>>;
  /** Who of those that were named may not watch, as far as is known here: what is known of a space may come later. */
  refused: PeerWatch[];
  looking: NodeJS.Timeout | undefined;
  until: number;
  /** How often in a row it could not be told something. */
  failures: number;
}

/** What other homeservers want to know of users of this one: they are told, as far as their users may see them, until they do not renew it. */
export class PresenceInterests {
  readonly #parts: PresenceInterestsParts;
  readonly #interests = new Map<string, Interest>();
  /** Servers that watch a user. */
  readonly #watchedFrom = new Map<string, Set<string>>();
  /** Users whose presence changed, for each server that is to be told. */
  readonly #dirty = new Map<string, Set<string>>();
  #flushing: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(parts: PresenceInterestsParts) {
    this.#parts = parts;
  }

  /** Another homeserver says whom its users have in view. */
  async watch(server: string, watch: readonly PeerWatch[]): Promise<PeerPresence[]> {
    const { users, refused } = await this.#judge(server, watch);
    this.#forgetInterest(server);
    if (this.#closed) return [];
    const until = this.#parts.clock.now() + this.#parts.times.watchMs;
    const interest: Interest = { users, refused, looking: undefined, until, failures: 0 };
    if (users.size + refused.length > 0) this.#interests.set(server, interest);
    for (const user of users.keys()) this.#watchFrom(server, user);
    this.#lookAgain(server, interest, this.#parts.times.coalesceMs, LOOKS.most);
    return [...users].flatMap(([user, to]) => {
      const [presence] = this.#parts.book.presencesOf([user]);
      return presence && presence.status !== 'offline' ? [{ ...presence, to: [...to] }] : [];
    });
  }

  async #judge(server: string, watch: readonly PeerWatch[]): Promise<Pick<Interest, 'users' | 'refused'>> {
    const { database, mayWatch } = this.#parts;
    return database.read(async (reader) => {
      const [users, refused] = [new Map<string, Set<string>>(), [] as PeerWatch[]];
      let pairs = 0;
      for (const { user, by } of watch) {
        pairs += by.length;
        if (pairs > PAIRS) break;
        const to = new Set(await mayWatch(reader, server, user, by));
        if (to.size > 0) users.set(user, to);
        const others = by.filter((other) => !to.has(other));
        if (others.length > 0) refused.push({ user, by: others });
      }
      return { users, refused };
    });
  }

  /** A homeserver may be asked about a user who has joined before it has read who else is in the space. */
  #lookAgain(server: string, interest: Interest, ms: number, left: number): void {
    if (left === 0 || interest.refused.length === 0) return;
    interest.looking = setTimeout(() => {
      this.#allowMore(server, interest)
        .then(() => this.#lookAgain(server, interest, ms * LOOKS.times, left - 1))
        .catch((error: unknown) => this.#parts.log.error({ err: error }, 'who may be watched could not be read'));
    }, ms).unref();
  }

  async #allowMore(server: string, interest: Interest): Promise<void> {
    const { users, refused } = await this.#judge(server, interest.refused);
    if (this.#interests.get(server) !== interest) return;
    interest.refused = refused;
    for (const [user, to] of users) {
      interest.users.set(user, new Set([...(interest.users.get(user) ?? []), ...to]));
      this.#watchFrom(server, user);
      this.#mark(server, user);
    }
  }

  #watchFrom(server: string, user: string): void {
    const servers = this.#watchedFrom.get(user);
    if (servers) servers.add(server);
    else this.#watchedFrom.set(user, new Set([server]));
  }

  /** Blocks or friends of a user changed: those who may not see them any more see them go, and others come into view. */
  async relationsChanged(user: string): Promise<void> {
    for (const [server, interest] of this.#interests)
      if (interest.refused.some((one) => one.user === user)) await this.#allowMore(server, interest);
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

  close(): void {
    this.#closed = true;
    clearTimeout(this.#flushing);
    for (const { looking } of this.#interests.values()) clearTimeout(looking);
  }

  #forgetInterest(server: string): void {
    clearTimeout(this.#interests.get(server)?.looking);
    for (const user of this.#interests.get(server)?.users.keys() ?? []) {
      const servers = this.#watchedFrom.get(user);
      servers?.delete(server);
      if (servers?.size === 0) this.#watchedFrom.delete(user);
    }
    this.#interests.delete(server);
  }

  /** A user of this homeserver is shown otherwise than before. */
  shown(user: string): void {
    for (const server of this.#watchedFrom.get(user) ?? []) this.#mark(server, user);
  }

  #mark(server: string, user: string): void {
    if (this.#closed) return;
    const dirty = this.#dirty.get(server);
    if (dirty) dirty.add(user);
    else this.#dirty.set(server, new Set([user]));
    this.#flushing ??= setTimeout(() => this.#flush(), this.#parts.times.coalesceMs).unref();
  }

  #flush(): void {
    this.#flushing = undefined;
    const { book, clock } = this.#parts;
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
        void this.#send(server, interest, presences.slice(from, from + peopleLimits.items));
    }
  }

  async #send(server: string, interest: Interest, presences: PeerPresence[]): Promise<void> {
    const { network, log } = this.#parts;
    try {
      await network.send(server, presences);
      interest.failures = 0;
    } catch (error) {
      log.debug({ err: error, server }, 'a homeserver was not told who is there');
      // After that it learns it with the answer to its next question.
      if (++interest.failures >= SENDS || this.#interests.get(server) !== interest) return;
      for (const { user } of presences) this.#mark(server, user);
    }
  }
}
