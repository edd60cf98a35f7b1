import type { Presence, PresenceSetting } from '@folkmoot/protocol-spec/schemas/people.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { GatewaySession, SessionWatcher, Tell } from '../gateway/ports.ts';
import type { Database, Reader } from '../storage/database.ts';
import { isSame, offline, presenceOf, type UserPresence } from './user-presence.ts';
import { Watching } from './watching.ts';

export interface PresenceOptions {
  database: Pick<Database, 'read'>;
  /** The friends of a user, and those of `others` whom the user may see. */
  inView: (reader: Reader, user: string, others: readonly string[]) => Promise<readonly string[]>;
  presenceSetting: (reader: Reader, user: string) => Promise<PresenceSetting | undefined>;
  clock: Clock;
  log: Log;
  /** How long a user without a session is still shown as there: a reload of the page takes less. */
  graceMs?: number;
  /** At most one change of a user is told in this time. */
  coalesceMs?: number;
}

/** Whoever tells other homeservers. */
export interface PresenceFollower {
  /** What sessions have in view is other than before. */
  viewChanged(): void;
  /** A user of this homeserver is shown otherwise than before. */
  shown(presence: Presence): void;
}

const TICK_MS = 100;

/** Who is there, told to those who have them in view: friends, and people of shared spaces. [PRE-1] */
export class PresenceBook implements SessionWatcher, Disposable {
  readonly #options: PresenceOptions;
  readonly #graceMs: number;
  readonly #coalesceMs: number;
  readonly #users = new Map<string, UserPresence>();
  readonly #watching: Watching;
  /** Users of whom something may have to be told at the next tick. */
  readonly #changed = new Set<string>();
  /** Users of other homeservers, and who may see them. */
  readonly #remote = new Map<string, { presence: Presence; to: ReadonlySet<string> }>();
  #follower: PresenceFollower | undefined;
  #tell: Tell = () => undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: PresenceOptions) {
    this.#options = options;
    this.#graceMs = options.graceMs ?? 5_000;
    this.#coalesceMs = options.coalesceMs ?? 500;
    const { database, log, inView } = options;
    this.#watching = new Watching({
      database,
      log,
      inView,
      onWatched: (session, user) => this.#answer(session, user),
      onChanged: () => this.#follower?.viewChanged(),
      onLost: (session, user) => this.#hide(session, user),
    });
  }

  /** How users are shown to somebody, those who are offline too. */
  presencesOf(users: readonly string[], viewer?: string): Presence[] {
    return users.map((user) => (this.#remote.has(user) ? this.#remoteOf(user, viewer) : this.#nowOf(user)));
  }

  follow(follower: PresenceFollower): void {
    this.#follower = follower;
  }

  /** Users in the view of somebody with an open session. */
  get watched(): Iterable<string> {
    return this.#watching.users;
  }

  /** Who has a user in view. */
  viewersOf(user: string): Set<string> {
    return new Set([...(this.#watching.watchersOf(user) ?? [])].map((session) => session.user));
  }

  /** A user of another homeserver is shown so to some of this one, and as offline to all others. */
  setRemote(presence: Presence, to: readonly string[]): void {
    const { user } = presence;
    const sessions = [...(this.#watching.watchersOf(user) ?? [])];
    const before = new Map(sessions.map((session) => [session, this.#remoteOf(user, session.user)]));
    if (presence.status === 'offline' || to.length === 0) this.#remote.delete(user);
    else this.#remote.set(user, { presence, to: new Set(to) });
    for (const session of sessions) {
      const after = this.#remoteOf(user, session.user);
      if (!isSame(before.get(session) ?? offline(user), after))
        this.#tell([session], 'presence.updated', { presence: after });
    }
  }

  #remoteOf(user: string, viewer: string | undefined): Presence {
    const remote = this.#remote.get(user);
    return remote && viewer !== undefined && remote.to.has(viewer) ? remote.presence : offline(user);
  }

  connect(tell: Tell): void {
    this.#tell = tell;
  }

  opened(session: GatewaySession, setting: PresenceSetting): void {
    const now = this.#options.clock.now();
    let presence = this.#users.get(session.user);
    if (presence === undefined) {
      presence = {
        user: session.user,
        setting,
        sessions: new Map(),
        shown: offline(session.user),
        shownAt: 0,
        ahead: undefined,
        goneAt: now,
      };
      this.#users.set(session.user, presence);
    }
    presence.setting = setting;
    this.#there(presence, session);
    this.watch(session, []);
  }

  resumed(session: GatewaySession): void {
    const presence = this.#users.get(session.user);
    if (presence !== undefined) this.#there(presence, session);
    else void this.#reopen(session);
  }

  detached(session: GatewaySession): void {
    const presence = this.#users.get(session.user);
    if (!presence?.sessions.delete(session)) return;
    if (presence.sessions.size === 0) presence.goneAt = this.#options.clock.now();
    this.#look(presence);
  }

  ended(session: GatewaySession): void {
    this.detached(session);
    this.#watching.ended(session);
  }

  idle(session: GatewaySession, idle: boolean): void {
    const presence = this.#users.get(session.user);
    if (!presence?.sessions.has(session)) return;
    presence.sessions.set(session, idle);
    this.#look(presence);
  }

  watch(session: GatewaySession, users: readonly string[]): void {
    void this.#guarded(() => this.#watching.watch(session, users));
  }

  settingChanged(user: string): void {
    if (!this.#users.has(user)) return;
    void this.#guarded(async () => {
      const setting = await this.#options.database.read((reader) => this.#options.presenceSetting(reader, user));
      const presence = this.#users.get(user);
      if (presence === undefined || setting === undefined) return;
      presence.setting = setting;
      this.#look(presence);
    });
  }

  leftSpace(user: string): void {
    this.#watching.leftSpace(user);
  }

  relationsChanged(user: string): void {
    this.#watching.relationsChanged(user);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#watching[Symbol.dispose]();
  }

  #nowOf(user: string): Presence {
    const presence = this.#users.get(user);
    return presence ? presenceOf(presence, this.#options.clock.now(), this.#graceMs) : offline(user);
  }

  /** What is so now, also where a change was not told yet: it must not be said twice, nor what is no longer so. */
  #answer(session: GatewaySession, user: string): void {
    const presence = this.#users.get(user);
    if (presence === undefined) {
      const remote = this.#remoteOf(user, session.user);
      if (remote.status !== 'offline') this.#tell([session], 'presence.updated', { presence: remote });
      return;
    }
    const now = this.#nowOf(user);
    if (isSame(now, presence.shown)) presence.ahead?.delete(session);
    else (presence.ahead ??= new Map()).set(session, now);
    if (now.status !== 'offline') this.#tell([session], 'presence.updated', { presence: now });
  }

  /** Who is not to be seen any more looks as if they had gone. */
  #hide(session: GatewaySession, user: string): void {
    const presence = this.#users.get(user);
    presence?.ahead?.delete(session);
    const shown = presence?.shown ?? this.#remoteOf(user, session.user);
    if (shown.status === 'offline') return;
    this.#tell([session], 'presence.updated', { presence: offline(user) });
  }

  #there(presence: UserPresence, session: GatewaySession): void {
    presence.sessions.set(session, false);
    presence.goneAt = undefined;
    this.#look(presence);
  }

  /** The user was forgotten between two sockets of one session. */
  #reopen(session: GatewaySession): Promise<void> {
    return this.#guarded(async () => {
      const setting = await this.#options.database.read((reader) =>
        this.#options.presenceSetting(reader, session.user),
      );
      if (setting !== undefined && session.isConnected) this.opened(session, setting);
    });
  }

  #look(presence: UserPresence): void {
    const now = this.#options.clock.now();
    if (presence.sessions.size > 0 && now - presence.shownAt >= this.#coalesceMs) return this.#show(presence, now);
    this.#changed.add(presence.user);
    this.#timer ??= setTimeout(() => this.#tick(), TICK_MS).unref();
  }

  #tick(): void {
    this.#timer = undefined;
    const now = this.#options.clock.now();
    for (const user of this.#changed) {
      const presence = this.#users.get(user);
      const isLeaving = presence?.sessions.size === 0 && now - (presence.goneAt ?? 0) < this.#graceMs;
      if (presence === undefined) this.#changed.delete(user);
      else if (!isLeaving && now - presence.shownAt >= this.#coalesceMs) {
        this.#changed.delete(user);
        this.#show(presence, now);
      }
    }
    if (this.#changed.size > 0) this.#timer = setTimeout(() => this.#tick(), TICK_MS).unref();
  }

  #show(presence: UserPresence, now: number): void {
    const { user, shown, sessions, ahead } = presence;
    const next = presenceOf(presence, now, this.#graceMs);
    if (sessions.size === 0) this.#users.delete(user);
    presence.ahead = undefined;
    if (isSame(next, shown) && ahead === undefined) return;
    presence.shown = next;
    presence.shownAt = now;
    this.#follower?.shown(next);
    const knew = (session: GatewaySession) => isSame(ahead?.get(session) ?? shown, next);
    const watchers = [...(this.#watching.watchersOf(user) ?? [])].filter((session) => !knew(session));
    if (watchers.length > 0) this.#tell(watchers, 'presence.updated', { presence: next });
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.log.error({ err: error }, 'presence could not be looked up');
    }
  }
}
