import type { BotGrant } from '@folkmoot/protocol-spec/schemas/bot-grants.ts';
import { type Permission } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { permissionsOf, type RightsQuestion } from '@folkmoot/protocol-spec/schemas/permissions-of.ts';
import type { SpaceAccess } from './ports.ts';
import type { Session } from './session.ts';

/** Members who see and may do the same. There are few of these in a space, however many members it has. */
export interface AccessGroup {
  readonly key: string;
  readonly visible: ReadonlySet<string>;
  readonly permissions: ReadonlySet<Permission>;
  readonly sessions: Set<Session>;
  /** Where the group is one bot: who, and what it was granted. */
  readonly bot?: { user: string; grant: BotGrant | undefined };
}

export interface ViewMember {
  roles: readonly string[];
  /** Position of the log at which `roles` was read. */
  pos: number;
  group: AccessGroup;
  bot: boolean;
  /** Number of sessions. */
  open: number;
}

/** What changed for somebody: channels that appeared and that went away. */
export interface AccessChange {
  user: string;
  gained: readonly string[];
  lost: readonly string[];
}

/** Who of those with an open session sees what in one space. */
export class SpaceView {
  readonly space: string;
  readonly members = new Map<string, ViewMember>();
  /** Position of the log at which the access was read. */
  pos: number;
  /** Sessions that were given the state of a channel, or of the whole space, as it was at a position: what is older is in it. */
  readonly informed = new Map<string, Map<Session, number>>();
  #access: SpaceAccess;
  #groups = new Map<string, AccessGroup>();
  #groupOfRoles = new Map<string, AccessGroup>();
  #personal = new Set<string>();

  constructor(space: string, access: SpaceAccess, pos: number) {
    this.space = space;
    this.pos = pos;
    this.#access = access;
    this.#personal = usersOfOverrides(access);
  }

  /** Whether it is a direct message or group. */
  get isDirect(): boolean {
    return (this.#access.kind ?? 'community') !== 'community';
  }

  get groups(): Iterable<AccessGroup> {
    return this.#groups.values();
  }

  add(session: Session, roles: readonly string[], pos: number): void {
    let member = this.members.get(session.user);
    if (member === undefined) {
      const { user, bot } = session;
      member = { roles, pos, group: this.#groupOf(user, roles, bot), bot, open: 0 };
      this.members.set(session.user, member);
    }
    if (member.group.sessions.has(session)) return;
    member.group.sessions.add(session);
    member.open++;
    session.spaces.push(this.space);
  }

  remove(session: Session): void {
    for (const informed of this.informed.values()) informed.delete(session);
    const member = this.members.get(session.user);
    if (!member?.group.sessions.delete(session)) return;
    if (--member.open === 0) this.members.delete(session.user);
  }

  has(session: Session): boolean {
    return this.members.get(session.user)?.group.sessions.has(session) ?? false;
  }

  /** Gives a member other roles. */
  setRoles(
    user: string,
    sessions: readonly Session[],
    roles: readonly string[],
    pos: number,
  ): AccessChange | undefined {
    const member = this.members.get(user);
    if (member === undefined) return undefined;
    member.roles = roles;
    member.pos = pos;
    const before = member.group;
    const after = this.#groupOf(user, roles, member.bot);
    if (after === before) return undefined;
    for (const session of sessions) if (before.sessions.delete(session)) after.sessions.add(session);
    member.group = after;
    return changeOf(user, before.visible, after.visible);
  }

  /** Takes other rights; says for whom something appeared or went away. New channels are not among it: their own event tells them. */
  setAccess(
    access: SpaceAccess,
    pos: number,
    sessionsOf: (user: string) => readonly Session[],
    { withNew = false }: { withNew?: boolean } = {},
  ): AccessChange[] {
    const known = withNew ? undefined : new Set(this.#access.channels.map((channel) => channel.id));
    this.#access = access;
    this.pos = pos;
    this.#personal = usersOfOverrides(access);
    this.#groups = new Map();
    this.#groupOfRoles = new Map();
    const changes: AccessChange[] = [];
    for (const [user, member] of this.members) {
      const before = member.group;
      member.group = this.#groupOf(user, member.roles, member.bot);
      for (const session of sessionsOf(user)) if (before.sessions.has(session)) member.group.sessions.add(session);
      const change = changeOf(user, before.visible, member.group.visible, known);
      if (change !== undefined) changes.push(change);
    }
    return changes;
  }

  #groupOf(user: string, roles: readonly string[], bot: boolean): AccessGroup {
    const key = this.#rolesKey(user, roles, bot);
    let group = this.#groupOfRoles.get(key);
    if (group === undefined) {
      if (this.#groupOfRoles.size > 64 + 4 * this.members.size) this.#forgetUnused();
      group = bot ? this.#groupOfBot(user, roles) : this.#groupWith(user, roles);
      this.#groupOfRoles.set(key, group);
    }
    return group;
  }

  /** Members come and go with ever new sets of roles. */
  #forgetUnused(): void {
    this.#groups.clear();
    this.#groupOfRoles.clear();
    for (const [user, { roles, group, bot }] of this.members) {
      this.#groups.set(group.key, group);
      this.#groupOfRoles.set(this.#rolesKey(user, roles, bot), group);
    }
  }

  /** What somebody sees follows from this alone. */
  #rolesKey(user: string, roles: readonly string[], bot: boolean): string {
    if (bot) return `bot ${user} ${[...roles].sort().join()} ${JSON.stringify(this.#access.grants?.get(user))}`;
    if (user === this.#access.owner) return 'owner';
    const held = roles.length === 0 ? '' : [...roles].sort().join();
    return this.#personal.has(user) ? `${held} ${user}` : held;
  }

  /** A bot stands alone, because what it is told depends on its grant; without one it sees nothing. [BOT-9] */
  #groupOfBot(user: string, roles: readonly string[]): AccessGroup {
    const grant = this.#access.grants?.get(user);
    const rights = grant ? this.#rightsOf({ user, roles, grant }) : { visible: [], permissions: new Set<Permission>() };
    const group = { ...rights, key: `bot ${user}`, visible: new Set(rights.visible), sessions: new Set<Session>() };
    const alone: AccessGroup = { ...group, bot: { user, grant } };
    this.#groups.set(alone.key, alone);
    return alone;
  }

  #rightsOf(member: RightsQuestion['member']): { visible: string[]; permissions: Set<Permission> } {
    const { owner, kind = 'community', roles, channels } = this.#access;
    const question = { owner, kind, roles, member, now: 0 };
    const visible = channels
      .filter(({ id, overrides }) => permissionsOf({ ...question, channel: id, overrides }).has('channel.view'))
      .map(({ id }) => id);
    return { visible, permissions: permissionsOf(question) };
  }

  #groupWith(user: string, roles: readonly string[]): AccessGroup {
    const { visible, permissions } = this.#rightsOf({ user, roles });
    const key = `${visible.join()} ${[...permissions].join()}`;
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { key, visible: new Set(visible), permissions, sessions: new Set() };
      this.#groups.set(key, group);
    }
    return group;
  }
}

const usersOfOverrides = (access: SpaceAccess) =>
  new Set(
    access.channels.flatMap(({ overrides }) =>
      overrides.map(({ target }) => target).filter((target) => target.startsWith('u_')),
    ),
  );

function changeOf(
  user: string,
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
  known?: ReadonlySet<string>,
): AccessChange | undefined {
  if (before === after) return undefined;
  const lost = [...before].filter((channel) => !after.has(channel));
  const gained = [...after].filter((channel) => !before.has(channel) && (known?.has(channel) ?? true));
  return lost.length + gained.length === 0 ? undefined : { user, gained, lost };
}
