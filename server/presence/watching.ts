import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Log } from '../base/log.ts';
import type { GatewaySession } from '../gateway/ports.ts';
import type { Database, Reader } from '../storage/database.ts';
import { Watchers } from './watchers.ts';

export interface WatchingParts {
  database: Pick<Database, 'read'>;
  log: Log;
  /** The friends of a user, and those of `others` whom the user may see. */
  inView: (reader: Reader, user: string, others: readonly string[]) => Promise<readonly string[]>;
  /** A user came into the view of a session. */
  onWatched: (session: GatewaySession, user: string) => void;
  /** What sessions have in view is other than before. */
  onChanged: () => void;
  /** A user who may not be seen any more went out of it. */
  onLost: (session: GatewaySession, user: string) => void;
}

/** Who has whom in view, as far as they may: friends always, others who share a space with them when asked for. [PRE-4] */
export class Watching implements Disposable {
  readonly #parts: WatchingParts;
  readonly #watchers = new Watchers();
  /** A newer `watch` of the same session makes the one that is being looked up void. */
  readonly #asked = new Map<GatewaySession, object>();
  /** What each session asked to watch, whether it may or not. */
  readonly #wanted = new Map<GatewaySession, readonly string[]>();
  readonly #sessions = new Map<string, Set<GatewaySession>>();
  /** Users who left a space since the last look at what sessions may watch. */
  readonly #left = new Set<string>();
  #leaves = 0;
  #rechecking: NodeJS.Immediate | undefined;

  constructor(parts: WatchingParts) {
    this.#parts = parts;
  }

  watchersOf(user: string): ReadonlySet<GatewaySession> | undefined {
    return this.#watchers.of(user);
  }

  /** Users in somebody's view. */
  get users(): Iterable<string> {
    return this.#watchers.users;
  }

  async watch(session: GatewaySession, users: readonly string[]): Promise<void> {
    const asked = {};
    this.#asked.set(session, asked);
    this.#know(session, users);
    let leaves: number;
    let allowed: readonly string[];
    do {
      // Whoever leaves a space meanwhile was still in it when this was read.
      leaves = this.#leaves;
      allowed = await this.#allowed(session.user, users);
      if (this.#asked.get(session) !== asked) return;
    } while (leaves !== this.#leaves);
    this.#asked.delete(session);
    for (const user of this.#watchers.set(session, allowed)) this.#parts.onWatched(session, user);
    this.#parts.onChanged();
  }

  ended(session: GatewaySession): void {
    this.#wanted.delete(session);
    const sessions = this.#sessions.get(session.user);
    sessions?.delete(session);
    if (sessions?.size === 0) this.#sessions.delete(session.user);
    this.#watchers.set(session, []);
    this.#asked.delete(session);
    this.#parts.onChanged();
  }

  /** Friends or blocks of a user changed. */
  relationsChanged(user: string): void {
    for (const session of this.#sessions.get(user) ?? []) void this.#again(session);
  }

  leftSpace(user: string): void {
    this.#leaves++;
    this.#left.add(user);
    this.#rechecking ??= setImmediate(() => void this.#recheckAll());
  }

  #know(session: GatewaySession, wanted: readonly string[]): void {
    this.#wanted.set(session, wanted);
    const sessions = this.#sessions.get(session.user);
    if (sessions === undefined) this.#sessions.set(session.user, new Set([session]));
    else sessions.add(session);
  }

  async #again(session: GatewaySession): Promise<void> {
    const before = this.#watchers.watchedBy(session);
    try {
      await this.watch(session, this.#wanted.get(session) ?? []);
    } catch (error) {
      this.#parts.log.error({ err: error }, 'who may be watched could not be read; nobody is');
      this.#watchers.set(session, []);
    }
    const after = this.#watchers.watchedBy(session);
    for (const user of before) if (!after.has(user)) this.#parts.onLost(session, user);
  }

  [Symbol.dispose](): void {
    clearImmediate(this.#rechecking);
  }

  /** Whoever left, and whoever has them in view, may have lost others from view. Each is looked at once, however many left together. */
  async #recheckAll(): Promise<void> {
    const left = new Set(this.#left);
    this.#left.clear();
    this.#rechecking = undefined;
    const sessions = new Set<GatewaySession>();
    for (const user of left) for (const session of this.#watchers.of(user) ?? []) sessions.add(session);
    for (const session of this.#watchers.sessions) if (left.has(session.user)) sessions.add(session);
    for (const session of sessions) {
      await this.#recheck(session);
      await nextTurn();
    }
  }

  async #recheck(session: GatewaySession): Promise<void> {
    const before = [...this.#watchers.watchedBy(session)];
    let still = new Set<string>();
    try {
      still = new Set(await this.#allowed(session.user, before));
    } catch (error) {
      this.#parts.log.error({ err: error }, 'who may be watched could not be read; nobody is');
    }
    const lost = new Set(before.filter((other) => !still.has(other)));
    // What it watches may have changed while this was read.
    const watched = [...this.#watchers.watchedBy(session)].filter((other) => !lost.has(other));
    this.#watchers.set(session, watched);
  }

  async #allowed(user: string, others: readonly string[]): Promise<readonly string[]> {
    const { database, inView } = this.#parts;
    const shared = await database.read((reader) => inView(reader, user, others));
    return others.includes(user) && !shared.includes(user) ? [...shared, user] : shared;
  }
}
