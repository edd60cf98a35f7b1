import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AppliedEvent } from '../streams/binding.ts';
import type { GatewayEventData } from '@folkmoot/protocol-spec/schemas/gateway/events.ts';
import type { Reader } from '../storage/database.ts';
import { type Bundle, eventFrame } from './bundle.ts';
import type { FanOut } from './fan-out.ts';
import type { GatewayPorts } from './ports.ts';
import type { Sessions } from './sessions.ts';
import type { AccessChange, SpaceView } from './space-view.ts';
import type { SpaceViews } from './space-views.ts';

type Reason = GatewayEventData<'space.left'>['reason'];

const reasons = new Map<string, Reason>([
  ['member.leave', 'left'],
  ['member.kick', 'kicked'],
  ['member.ban', 'banned'],
  ['bot.revoke', 'kicked'],
  ['server.block', 'server_blocked'],
  ['space.delete', 'deleted'],
]);

export interface AccessChangeParts {
  ports: GatewayPorts;
  sessions: Sessions;
  views: SpaceViews;
  fanOut: FanOut;
  /** A user shares a space with fewer people than before. */
  onLeft: (user: string) => void;
}

/**
 * Follows the events that change who sees what, and tells open sessions what appeared for them and what went away. It is done with an event
 * before anything later is sent, so that nothing gets to somebody who lost access before it. [GW-9]
 */
export class AccessChanges {
  readonly #parts: AccessChangeParts;

  constructor(parts: AccessChangeParts) {
    this.#parts = parts;
  }

  /** `head` is the position of the snapshot of `reader`, which may be later than the event. */
  async follow(event: AppliedEvent, reader: Reader, head: number): Promise<void> {
    const { sessions, views } = this.#parts;
    const view = views.get(event.space);
    const concerned = [...concernedBy(event), ...holdersOf(event, view)].filter(
      (user) => view?.members.has(user) || sessions.ofUser(user).length > 0,
    );
    if (view === undefined && concerned.length === 0) return;
    // Whose membership ends with it is not told first that everything in it is gone.
    const endsMembership = event.type === 'bot.revoke';
    if (!endsMembership) await this.#followSpace(event, view, reader, head);
    for (const [index, user] of concerned.entries()) {
      await this.#followMember(event, user, reader, head);
      if (index % 32 === 31) await nextTurn();
    }
    if (endsMembership) await this.#followSpace(event, view, reader, head);
  }

  async #followSpace(event: AppliedEvent, view: SpaceView | undefined, reader: Reader, head: number): Promise<void> {
    if (view === undefined || event.type.startsWith('member.') || view.pos >= event.pos) return;
    const { ports, sessions } = this.#parts;
    const access = await ports.spaceAccess(reader, event.space);
    if (access === undefined) return this.#everybodyLeft(view, head);
    const changes = view.setAccess(access, head, (user) => sessions.ofUser(user));
    await this.#tellChanges(view, changes, reader, head);
  }

  /** Looks at everybody with an open session anew; what they see more or less is told to them. */
  async readAgain(space: string, reader: Reader, head: number): Promise<void> {
    const { ports, sessions, views } = this.#parts;
    const view = views.get(space);
    if (view === undefined) return;
    const access = await ports.spaceAccess(reader, space);
    if (access === undefined) return this.#everybodyLeft(view, Infinity);
    const ofUser = (user: string) => sessions.ofUser(user);
    const changes = view.setAccess(access, head, ofUser, { withNew: true });
    for (const user of [...view.members.keys()]) {
      const membership = await ports.memberRoles(reader, space, user);
      const change = membership && view.setRoles(user, ofUser(user), membership.roles, head);
      if (membership === undefined) this.#left(view, user, 'left', Infinity);
      else if (change) changes.push(change);
    }
    const staying = changes.filter(({ user }) => view.members.has(user));
    await this.#tellChanges(view, staying, reader, head, Infinity);
  }

  async #followMember(event: AppliedEvent, user: string, reader: Reader, head: number): Promise<void> {
    const { ports, sessions, views } = this.#parts;
    const view = views.get(event.space);
    const member = view?.members.get(user);
    if (member !== undefined && member.pos >= event.pos) return this.#join(event, user, member.roles, reader, head);
    const membership = await ports.memberRoles(reader, event.space, user);
    if (membership === undefined) {
      if (view !== undefined && member !== undefined) this.#left(view, user, reasons.get(event.type) ?? 'left', head);
      return;
    }
    if (view !== undefined && member !== undefined) {
      const before = member.roles;
      const change = view.setRoles(user, sessions.ofUser(user), membership.roles, head);
      if (change !== undefined) await this.#tellChanges(view, [change], reader, head);
      if (!isSameSet(before, membership.roles)) await this.#recount(view, user, reader, head);
    }
    await this.#join(event, user, membership.roles, reader, head);
  }

  /** Opens the space for those sessions of a member that do not have it yet. */
  async #join(
    event: AppliedEvent,
    user: string,
    roles: readonly string[],
    reader: Reader,
    head: number,
  ): Promise<void> {
    const { ports, sessions, views, fanOut } = this.#parts;
    const known = views.get(event.space);
    const joining = sessions.ofUser(user).filter((session) => !known?.has(session) && session.from < event.pos);
    if (joining.length === 0) return;
    const space = await ports.openingSpace(reader, user, event.space);
    const view = await views.load(ports, reader, event.space, head);
    if (space === undefined || view === undefined) return;
    fanOut.add(joining, eventFrame('space.joined', { space }), head);
    for (const session of joining) {
      views.enter(session, view, roles, head);
      views.inform(session, view, event.space, head);
    }
  }

  #left(view: SpaceView, user: string, reason: Reason, head: number): void {
    const { sessions, views, fanOut, onLeft } = this.#parts;
    const leaving = sessions.ofUser(user).filter((session) => view.has(session));
    fanOut.add(leaving, eventFrame('space.left', { space: view.space, reason }), head);
    for (const session of leaving) views.leave(session, view);
    onLeft(user);
  }

  #everybodyLeft(view: SpaceView, head: number): void {
    for (const user of [...view.members.keys()]) this.#left(view, user, 'deleted', head);
  }

  async #tellChanges(
    view: SpaceView,
    changes: readonly AccessChange[],
    reader: Reader,
    head: number,
    lostAt = head,
  ): Promise<void> {
    const lostFrames = new Map<string, Bundle>();
    const { sessions, fanOut } = this.#parts;
    for (const { user, lost } of changes) {
      for (const channel of lost) {
        let frame = lostFrames.get(channel);
        if (frame === undefined)
          lostFrames.set(channel, (frame = eventFrame('channel.deleted', { space: view.space, channel })));
        fanOut.add(sessions.ofUser(user), frame, lostAt);
      }
    }
    for (const [index, { user, gained }] of changes.entries()) {
      for (const channel of gained) await this.#gained(view, user, channel, reader, head);
      // Thousands may gain something, and a query of SQLite lets nobody else in.
      if (index % 32 === 31) await nextTurn();
    }
  }

  async #gained(view: SpaceView, user: string, channel: string, reader: Reader, head: number): Promise<void> {
    const { ports, sessions, views, fanOut } = this.#parts;
    const found = await ports.channelView(reader, user, view.space, channel);
    if (found === undefined) return;
    const informed = sessions.ofUser(user).filter((session) => session.from < head && view.has(session));
    fanOut.add(informed, eventFrame('channel.created', { space: view.space, ...found }), head);
    for (const session of informed) views.inform(session, view, channel, head);
  }

  /** The roles of a member say which mentions count: where something is unread, it is counted anew. [GW-18] */
  async #recount(view: SpaceView, user: string, reader: Reader, head: number): Promise<void> {
    const { ports, sessions, fanOut } = this.#parts;
    const space = await ports.openingSpace(reader, user, view.space);
    const informed = sessions.ofUser(user).filter((session) => session.from < head && view.has(session));
    for (const { id: channel, view: state } of space?.channels ?? []) {
      if (state.unread === 0) continue;
      fanOut.add(informed, eventFrame('read.updated', { space: view.space, channel, view: state }), head);
    }
  }
}

/** Users whose membership or roles the event may have changed. */
function concernedBy(event: AppliedEvent): string[] {
  if (event.type === 'server.block') return (event.hub as { users: string[] }).users;
  const { user: named, bot } = (event.body ?? {}) as { user?: unknown; bot?: unknown };
  const user = named ?? bot;
  return typeof user === 'string' && user !== event.actor ? [event.actor, user] : [event.actor];
}

/** Members with an open session who lose a role because it is gone. */
function holdersOf({ type, body }: AppliedEvent, view: SpaceView | undefined): string[] {
  if (type !== 'role.delete' || view === undefined) return [];
  const { role } = body as { role: string };
  return [...view.members].filter(([, { roles }]) => roles.includes(role)).map(([user]) => user);
}

function isSameSet(before: readonly string[], after: readonly string[]): boolean {
  return before.length === after.length && before.every((item) => after.includes(item));
}
