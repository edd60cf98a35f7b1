import {
  directPermissions,
  directVoicePermissions,
  type Override,
  type Permission,
  permissionNames,
  permissions,
} from './permissions.ts';

export interface RoleRights {
  id: string;
  name: string;
  rank: number;
  permissions: readonly string[];
}

/** What a community lets a bot do and where; left out for people. */
export interface GrantRights {
  channels: 'all' | readonly string[];
  actions: readonly string[];
  expires: number | null;
}

export interface RightsQuestion {
  owner: string;
  /** Of the space; a community where it is left out. */
  kind?: 'community' | 'dm' | 'group';
  /** All roles of the space, `everyone` among them. */
  roles: readonly RoleRights[];
  member: { user: string; roles: readonly string[]; timeout?: number | null; grant?: GrantRights };
  /** Id of the channel; left out for a question about the space. */
  channel?: string;
  /** Overrides of the channel; left out for a question about the space. */
  overrides?: readonly Override[];
  now: number;
}

export interface Explanation {
  permission: Permission;
  allowed: boolean;
  /** What decided: `owner`, `administrator`, `role`, `override`, `timeout`, `hidden`, `grant` or `nothing`. */
  by: 'owner' | 'administrator' | 'role' | 'override' | 'timeout' | 'hidden' | 'grant' | 'nothing';
  /** Role or user id of what decided. */
  source?: string;
}

const stoppedByTimeout: readonly Permission[] = [
  'message.send',
  'reaction.add',
  'mention.everyone',
  'invite.create',
  'nick.change',
  'voice.speak',
  'voice.video',
  'voice.screen',
];

/**
 * What decides each permission of a member, in a space or one of its channels. [PERM-2]
 * Owner, then administrator, then roles; overrides of everyone, of roles (allow wins), of the member; then timeout; then, without
 * `channel.view`, nothing of the channel.
 */
export function explainPermissions(question: RightsQuestion): Map<Permission, Explanation> {
  const { kind = 'community' } = question;
  const explained = explainByRoles(question);
  if (question.member.grant) narrow(explained, question.member.grant, question);
  if (kind === 'community') return explained;
  for (const permission of permissionNames) {
    if (!directPermissions[kind].includes(permission))
      explained.set(permission, { permission, allowed: false, by: 'nothing' });
  }
  return explained;
}

function explainByRoles(question: RightsQuestion): Map<Permission, Explanation> {
  const { owner, kind = 'community', roles, member, overrides, now } = question;
  const held = roles
    .filter((role) => role.id === 'everyone' || member.roles.includes(role.id))
    .map((role) => (kind === 'community' || role.id !== 'everyone' ? role : withCalls(role)));
  const result = new Map<Permission, Explanation>();
  const all = (by: Explanation['by'], source: string) => {
    for (const permission of permissionNames) result.set(permission, { permission, allowed: true, by, source });
    return result;
  };
  if (member.user === owner) return all('owner', owner);
  const administrator = held.find((role) => role.permissions.includes('administrator'));
  if (administrator) return all('administrator', administrator.id);

  for (const permission of permissionNames) {
    const role = held.find((candidate) => candidate.permissions.includes(permission));
    result.set(
      permission,
      role ? { permission, allowed: true, by: 'role', source: role.id } : { permission, allowed: false, by: 'nothing' },
    );
  }
  if (overrides) applyOverrides(result, held, member.user, overrides);
  if (member.timeout && member.timeout > now) {
    for (const permission of stoppedByTimeout) {
      if (result.get(permission)?.allowed)
        result.set(permission, { permission, allowed: false, by: 'timeout', source: member.user });
    }
  }
  const view = result.get('channel.view');
  if (overrides && view && !view.allowed) {
    for (const permission of permissionNames) {
      if (permission !== 'channel.view' && permissions[permission].channel && result.get(permission)?.allowed) {
        result.set(permission, {
          permission,
          allowed: false,
          by: 'hidden',
          ...(view.source ? { source: view.source } : {}),
        });
      }
    }
  }
  return result;
}

/** Everybody in a direct message or group may call, also where it was founded before there were calls. [DM-3] */
const withCalls = (everyone: RoleRights): RoleRights => ({
  ...everyone,
  permissions: [...everyone.permissions, ...directVoicePermissions],
});

/** A bot has of its roles what its grant covers: the actions named there, in the channels named there, until it expires. [BOT-7] */
function narrow(
  explained: Map<Permission, Explanation>,
  { channels, actions, expires }: GrantRights,
  { member, channel, now }: RightsQuestion,
): void {
  const isOver = expires !== null && expires <= now;
  const isElsewhere = channel !== undefined && channels !== 'all' && !channels.includes(channel);
  for (const permission of permissionNames) {
    if (!explained.get(permission)?.allowed) continue;
    const isCovered =
      !isOver &&
      !(isElsewhere && permissions[permission].channel) &&
      (permission === 'channel.view' || actions.includes(permission));
    if (!isCovered) explained.set(permission, { permission, allowed: false, by: 'grant', source: member.user });
  }
}

function applyOverrides(
  result: Map<Permission, Explanation>,
  held: readonly RoleRights[],
  user: string,
  overrides: readonly Override[],
) {
  const set = (target: string, names: readonly string[], allowed: boolean) => {
    for (const name of names as Permission[]) {
      if (permissions[name]?.channel) result.set(name, { permission: name, allowed, by: 'override', source: target });
    }
  };
  const everyone = overrides.filter((override) => override.target === 'everyone');
  const byRole = overrides.filter(
    (override) => override.target !== 'everyone' && held.some((role) => role.id === override.target),
  );
  const byMember = overrides.filter((override) => override.target === user);
  for (const group of [everyone, byRole, byMember]) {
    for (const override of group) set(override.target, override.deny, false);
    for (const override of group) set(override.target, override.allow, true);
  }
}

/** The permissions that a member has, in a space or one of its channels. [PERM-2] */
export function permissionsOf(question: RightsQuestion): Set<Permission> {
  const allowed = new Set<Permission>();
  for (const [permission, explanation] of explainPermissions(question))
    if (explanation.allowed) allowed.add(permission);
  return allowed;
}

/** Rank of the highest role of a member; the owner stands above every rank. [PERM-3] */
export function rankOf(question: Pick<RightsQuestion, 'owner' | 'roles' | 'member'>): number {
  if (question.member.user === question.owner) return Number.MAX_SAFE_INTEGER;
  let rank = 0;
  for (const role of question.roles) if (question.member.roles.includes(role.id)) rank = Math.max(rank, role.rank);
  return rank;
}
