import type { Shown } from '../streams/binding.ts';
import type { Reader } from '../storage/database.ts';
import { toldToBot } from './bot-filter.ts';
import { Blocked, notExcepted } from './blocked.ts';
import { type Bundle, eventFrame } from './bundle.ts';
import type { FanOut } from './fan-out.ts';
import type { GatewayPorts } from './ports.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';
import { SpaceView } from './space-view.ts';
import { sessionsWhoSee } from './who-sees.ts';

/** The spaces that somebody with an open session is in. */
export class SpaceViews {
  readonly blocked = new Blocked();
  readonly #views = new Map<string, SpaceView>();
  readonly #sessions: Sessions;
  readonly #fanOut: FanOut;
  readonly #now: () => number;
  /** Views in which some session is ahead of the log. */
  readonly #informed = new Set<SpaceView>();

  constructor(sessions: Sessions, fanOut: FanOut, now: () => number) {
    this.#now = now;
    this.#sessions = sessions;
    this.#fanOut = fanOut;
  }

  get(space: string): SpaceView | undefined {
    return this.#views.get(space);
  }

  /** The view of a space, read if nobody was in it so far; undefined where the space is gone. */
  async load(ports: GatewayPorts, reader: Reader, space: string, pos: number): Promise<SpaceView | undefined> {
    const view = this.#views.get(space);
    if (view !== undefined) return view;
    const access = await ports.spaceAccess(reader, space);
    return access && new SpaceView(space, access, pos);
  }

  enter(session: Session, view: SpaceView, roles: readonly string[], pos: number): void {
    // Another session may have brought its own while this one was read.
    const shared = this.#views.get(view.space) ?? view;
    this.#views.set(view.space, shared);
    shared.add(session, roles, pos);
  }

  leave(session: Session, view: SpaceView): void {
    view.remove(session);
    session.spaces = session.spaces.filter((space) => space !== view.space);
    this.#dropIfEmpty(view);
  }

  leaveAll(session: Session): void {
    const { spaces } = session;
    session.spaces = [];
    if (this.#sessions.ofUser(session.user).every((other) => other === session)) this.blocked.ended(session.user);
    for (const space of spaces) {
      const view = this.#views.get(space);
      if (view === undefined) continue;
      view.remove(session);
      this.#dropIfEmpty(view);
    }
  }

  /** Gives up a view; answers with the sessions that were in it. */
  drop(space: string): Session[] {
    const view = this.#views.get(space);
    if (view === undefined) return [];
    this.#views.delete(space);
    this.#informed.delete(view);
    return [...view.members.keys()].flatMap((user) => [...this.#sessions.ofUser(user)]);
  }

  /** Notes that a session has the state of a channel, or of a whole space, as it was at a position. */
  inform(session: Session, view: SpaceView, of: string, pos: number): void {
    let informed = view.informed.get(of);
    if (informed === undefined) view.informed.set(of, (informed = new Map()));
    informed.set(session, pos);
    this.#informed.add(view);
  }

  /** The log was told up to here: nobody is ahead of it any more. */
  reached(pos: number): void {
    for (const view of this.#informed) {
      for (const [of, informed] of view.informed) {
        for (const [session, known] of informed) if (known <= pos) informed.delete(session);
        if (informed.size === 0) view.informed.delete(of);
      }
      if (view.informed.size === 0) this.#informed.delete(view);
    }
  }

  /** Sends a gateway event to whoever of its audience has an open session. */
  show({ audience, except, t, d }: Shown, pos: number, actor?: string): void {
    let frame: Bundle | undefined;
    const send = (sessions: Iterable<Session>) =>
      this.#fanOut.add(notExcepted(sessions, except), (frame ??= eventFrame(t, d)), pos);
    if (audience.to === 'user') {
      this.blocked.follow(audience.user, t, d);
      const sessions = this.#sessions.ofUser(audience.user);
      if (sessions.length > 0) send(sessions);
      return;
    }
    const view = this.#views.get(audience.space);
    if (view === undefined) return;
    const channel = audience.to === 'channel' ? audience.channel : undefined;
    const notTold = (sessions: Iterable<Session>) =>
      view.informed.size === 0 ? sessions : notInformed(view, sessions, channel, pos);
    for (const group of view.groups) {
      const inGroup = sessionsWhoSee(group, audience);
      if (inGroup.size === 0) continue;
      if (group.bot !== undefined) {
        const told = toldToBot(group.bot, { t, d }, actor, this.#now());
        if (told === undefined) continue;
        if (told !== d) {
          this.#fanOut.add(inGroup, eventFrame(t, told), pos);
          continue;
        }
        // A bot does not look at what is unread: of messages it knows what it is told. [BOT-9]
        if (/^(message|reaction|pin)\./.test(t)) {
          send(inGroup);
          continue;
        }
      }
      const sessions = view.isDirect ? this.blocked.without(inGroup, t, actor) : inGroup;
      send(notTold(sessions));
    }
  }

  #dropIfEmpty(view: SpaceView): void {
    if (view.members.size === 0 && this.#views.get(view.space) === view) this.#views.delete(view.space);
    if (view.members.size === 0) this.#informed.delete(view);
  }
}

function* notInformed(
  view: SpaceView,
  sessions: Iterable<Session>,
  channel: string | undefined,
  pos: number,
): Iterable<Session> {
  const ofSpace = view.informed.get(view.space);
  const ofChannel = channel === undefined ? undefined : view.informed.get(channel);
  for (const session of sessions) {
    if (pos !== Infinity && ((ofSpace?.get(session) ?? -1) >= pos || (ofChannel?.get(session) ?? -1) >= pos)) continue;
    yield session;
  }
}
