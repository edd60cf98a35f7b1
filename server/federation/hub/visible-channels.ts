import type { BotGrant } from '@folkmoot/protocol-spec/schemas/bot-grants.ts';
import { permissionsOf, type RightsQuestion, type RoleRights } from '@folkmoot/protocol-spec/schemas/permissions-of.ts';
import type { Override } from '@folkmoot/protocol-spec/schemas/permissions.ts';

export interface ChannelAccess {
  id: string;
  streamNo: number;
  overrides: readonly Override[];
}

export interface SpaceAccess {
  owner: string;
  kind: NonNullable<RightsQuestion['kind']>;
  roles: readonly RoleRights[];
  channels: readonly ChannelAccess[];
  /** What bots were granted. */
  grants: ReadonlyMap<string, BotGrant>;
}

export interface RemoteMember {
  user: string;
  /** JSON text of the ids. */
  roles: string;
  bot: number | null;
}

/** Whether one of some members may moderate members, and so sees those who are not listed. [UNL-5] */
export function mayModerate({ owner, kind, roles, grants }: SpaceAccess, members: Iterable<RemoteMember>): boolean {
  for (const { user, roles: held, bot } of members) {
    const grant = grants.get(user);
    if (bot === 1 && !grant) continue;
    const member = { user, roles: JSON.parse(held) as string[], ...(bot === 1 && grant ? { grant } : {}) };
    const permissions = permissionsOf({ owner, kind, roles, member, now: 0 });
    if (permissions.has('member.kick') || permissions.has('member.ban')) return true;
  }
  return false;
}

/** Channels that at least one of some members may see. Members with the same rights are looked at once. [VIS-1] */
export function visibleChannels(access: SpaceAccess, members: Iterable<RemoteMember>, now: number): Set<ChannelAccess> {
  const { owner, kind, roles, channels, grants } = access;
  const visible = new Set<ChannelAccess>();
  for (const { user, roles: held, bot } of members) {
    const grant = grants.get(user);
    if (bot === 1 && !grant) continue;
    const member = { user, roles: JSON.parse(held) as string[], ...(bot === 1 && grant ? { grant } : {}) };
    const question = { owner, kind, roles, member, now };
    for (const channel of channels) {
      const { id, overrides } = channel;
      if (!visible.has(channel) && permissionsOf({ ...question, channel: id, overrides }).has('channel.view'))
        visible.add(channel);
    }
    if (visible.size === channels.length) break;
  }
  return visible;
}
