import type { GatewaySession } from '../gateway/ports.ts';

/** Which sessions have which users in view. */
export class Watchers {
  readonly #watchers = new Map<string, Set<GatewaySession>>();
  readonly #watched = new Map<GatewaySession, ReadonlySet<string>>();

  of(user: string): ReadonlySet<GatewaySession> | undefined {
    return this.#watchers.get(user);
  }

  /** Those that watch anybody. */
  get sessions(): Iterable<GatewaySession> {
    return this.#watched.keys();
  }

  watchedBy(session: GatewaySession): ReadonlySet<string> {
    return this.#watched.get(session) ?? new Set();
  }

  /** Users in somebody's view. */
  get users(): Iterable<string> {
    return this.#watchers.keys();
  }

  /** Replaces what a session watches; answers with what is new to it. */
  set(session: GatewaySession, users: readonly string[]): string[] {
    const before = this.watchedBy(session);
    const after = new Set(users);
    for (const user of before) if (!after.has(user)) this.#drop(session, user);
    const added = [...after].filter((user) => !before.has(user));
    for (const user of added) {
      const watchers = this.#watchers.get(user);
      if (watchers === undefined) this.#watchers.set(user, new Set([session]));
      else watchers.add(session);
    }
    if (after.size === 0) this.#watched.delete(session);
    else this.#watched.set(session, after);
    return added;
  }

  #drop(session: GatewaySession, user: string): void {
    const watchers = this.#watchers.get(user);
    watchers?.delete(session);
    if (watchers?.size === 0) this.#watchers.delete(user);
  }
}
