import type { GatewayLimits } from './limits.ts';
import type { Session } from './session.ts';

const none: readonly Session[] = [];

/** Every gateway session, with or without a socket. */
export class Sessions {
  readonly #byId = new Map<string, Session>();
  readonly #byUser = new Map<string, Session[]>();
  /** In the order in which they lost their socket. */
  readonly #detached = new Set<Session>();

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): Session | undefined {
    return this.#byId.get(id);
  }

  ofUser(user: string): readonly Session[] {
    return this.#byUser.get(user) ?? none;
  }

  ofLogin(login: string): Session[] {
    return [...this.#byId.values()].filter((session) => session.login === login);
  }

  all(): Iterable<Session> {
    return this.#byId.values();
  }

  add(session: Session): void {
    this.#byId.set(session.id, session);
    const others = this.#byUser.get(session.user);
    if (others === undefined) this.#byUser.set(session.user, [session]);
    else others.push(session);
  }

  remove(session: Session): void {
    this.#byId.delete(session.id);
    this.#detached.delete(session);
    const left = this.ofUser(session.user).filter((other) => other !== session);
    if (left.length === 0) this.#byUser.delete(session.user);
    else this.#byUser.set(session.user, left);
  }

  attach(session: Session): void {
    this.#detached.delete(session);
  }

  /** Keeps a session that lost its socket; answers with those that are given up for it. */
  detach(session: Session, limits: GatewayLimits): Session[] {
    this.#detached.add(session);
    const ofUser = this.ofUser(session.user).filter((other) => this.#detached.has(other));
    const surplus =
      ofUser.length > limits.detachedPerUser ? ofUser.slice(0, ofUser.length - limits.detachedPerUser) : [];
    const [oldest] = this.#detached;
    if (this.#detached.size > limits.detachedSessions && oldest !== undefined) surplus.push(oldest);
    return surplus;
  }

  /** Those that lost their socket before a time. */
  detachedBefore(time: number): Session[] {
    const found: Session[] = [];
    for (const session of this.#detached) {
      if (session.detachedAt >= time) break;
      found.push(session);
    }
    return found;
  }
}
