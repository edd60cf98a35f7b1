import { randomBytes } from 'node:crypto';
import { randomId } from '@folkmoot/federation/ids.ts';
import * as channels from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import * as roles from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import * as spaces from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { Channel, Role, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Presence } from '@folkmoot/protocol-spec/schemas/people.ts';
import type { Override } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { requireAccount } from '../accounts/user-summary.ts';
import type { Clock } from '../base/clock.ts';
import { Refusal } from '../base/errors.ts';
import { type Actor, bind, type Binding } from '../http/bind.ts';
import type { Database, Reader } from '../storage/database.ts';
import type { Committer } from '../streams/committer.ts';
import { deedIn, type Deeds, done } from '../streams/deeds.ts';
import type { ServerKeys } from '../streams/server-keys.ts';
import type { SpaceLog } from '../streams/space-log.ts';
import { livingGrant } from './bot-grants.ts';
import { createSpace, privateFor } from './create-space.ts';
import { explainStanding } from './explain-standing.ts';
import { type InvitesElsewhere, inviteRoutes } from './invite-routes.ts';
import { memberRoutes } from './member-routes.ts';
import { openingSpace } from './opening-space.ts';
import {
  channelOf,
  findChannelRow,
  findRoleRow,
  findSpaceRow,
  profileOf,
  roleOf,
  spacesOfUser,
} from './space-store.ts';
import { requireChannelStanding, requirePermission } from './standing.ts';

export interface SpaceParts {
  database: Database;
  committer: Committer;
  spaceLog: SpaceLog;
  deeds: Deeds;
  clock: Clock;
  keys: ServerKeys;
  serverName: string;
  publicUrl: string;
  presencesOf(users: string[], viewer: string): Presence[];
  /** Absent where this homeserver talks with no other. */
  elsewhere?: InvitesElsewhere | undefined;
}

export function spaceRoutes(parts: SpaceParts): Binding[] {
  const { database, committer, deeds, clock } = parts;
  const requireOpening = async (reader: Reader, user: string, space: string): Promise<Space> => {
    const opening = await openingSpace(reader, user, space, clock.now());
    if (!opening) throw new Refusal('not_found');
    return parts.elsewhere?.stateOf(space) === 'away' ? { ...opening, hub_state: 'away' } : opening;
  };

  /** A bot is in those alone where its grant is living. */
  const spacesFor = async (reader: Reader, { user, bot }: Actor) => {
    const rows = await reader.all(spacesOfUser, { user });
    if (!bot) return rows;
    const grants = await Promise.all(rows.map(({ id }) => livingGrant(reader, id, user, clock.now())));
    return rows.filter((_, index) => grants[index]);
  };

  return [
    bind(spaces.createSpace, ({ body, actor }) =>
      committer.commit(async (tx) => {
        await requireAccount(tx, actor.user);
        const { name, description = '', template = 'empty' } = body;
        const space = await createSpace(parts, tx, actor.user, { name, description, template });
        return requireOpening(tx, actor.user, space);
      }),
    ),

    bind(spaces.listSpaces, ({ actor }) =>
      database.read(async (reader) => ({
        spaces: (await spacesFor(reader, actor)).map(profileOf),
      })),
    ),

    bind(spaces.getSpace, ({ params, actor }) =>
      database.read((reader) => requireOpening(reader, actor.user, params.space)),
    ),

    bind(spaces.updateSpace, ({ params: { space }, body, actor }) =>
      deeds.perform(deedIn(space, '_', actor.user, 'space.update', body), (reader) => profileFrom(reader, space)),
    ),

    bind(spaces.transferSpace, ({ params: { space }, body, actor }) =>
      deeds.perform(deedIn(space, '_', actor.user, 'space.update', { owner: body.user }), (reader) =>
        profileFrom(reader, space),
      ),
    ),

    bind(spaces.deleteSpace, ({ params: { space }, actor }) =>
      deeds.perform(deedIn(space, '_', actor.user, 'space.delete', {}), done),
    ),

    bind(spaces.leaveSpace, ({ params: { space }, actor }) =>
      deeds.perform(deedIn(space, '_', actor.user, 'member.leave', {}), done),
    ),

    bind(spaces.explainPermission, ({ params: { space }, query, actor }) =>
      database.read((reader) => explainStanding(reader, space, actor.user, query, clock.now())),
    ),

    bind(roles.createRole, ({ params: { space }, body, actor }) => {
      const role = randomId('r_');
      const defaults = { color: null, rank: 1, permissions: [], hoist: false, mentionable: false };
      const deed = deedIn(space, '_', actor.user, 'role.create', { role, ...defaults, ...body });
      return deeds.perform(deed, (reader) => roleFrom(reader, space, role));
    }),

    bind(roles.updateRole, ({ params: { space, role }, body, actor }) =>
      deeds.perform(deedIn(space, '_', actor.user, 'role.update', { role, ...body }), (reader) =>
        roleFrom(reader, space, role),
      ),
    ),

    bind(roles.deleteRole, ({ params: { space, role }, actor }) =>
      deeds.perform(deedIn(space, '_', actor.user, 'role.delete', { role }), done),
    ),

    bind(channels.createChannel, ({ params: { space }, body, actor }) => {
      const channel = randomId('c_');
      const { private: hidden = false, ...given } = body;
      const overrides = hidden ? privateFor([actor.user]) : [];
      const defaults = { topic: '', parent: null, order: 0, slow_mode: 0 };
      const deed = deedIn(space, channel, actor.user, 'channel.create', { ...defaults, ...given, overrides });
      return deeds.perform(deed, (reader) => channelFrom(reader, space, channel));
    }),

    bind(channels.updateChannel, ({ params: { space, channel }, body, actor }) =>
      deeds.perform(deedIn(space, channel, actor.user, 'channel.update', body), (reader) =>
        channelFrom(reader, space, channel),
      ),
    ),

    bind(channels.deleteChannel, ({ params: { space, channel }, actor }) =>
      deeds.perform(deedIn(space, channel, actor.user, 'channel.delete', {}), done),
    ),

    bind(channels.setOverride, ({ params: { space, channel, target }, body, actor }) =>
      replaceOverride(actor.user, space, channel, target, { target, ...body }),
    ),

    bind(channels.removeOverride, ({ params: { space, channel, target }, actor }) =>
      replaceOverride(actor.user, space, channel, target, undefined),
    ),

    ...memberRoutes(parts),
    ...inviteRoutes({ ...parts, requireOpening, newCode: () => randomBytes(16).toString('base64url') }),
  ];

  function replaceOverride(
    user: string,
    space: string,
    channel: string,
    target: string,
    fresh: Override | undefined,
  ): Promise<Channel> {
    const plan = async (reader: Reader) => {
      const standing = await requireChannelStanding(reader, space, channel, user, clock.now());
      requirePermission(standing, 'channel.manage');
      const others = standing.channel.overrides.filter((override) => override.target !== target);
      if (!fresh && others.length === standing.channel.overrides.length) throw new Refusal('not_found');
      if (fresh && others.length >= limits.overridesPerChannel)
        throw new Refusal('limit_reached', { limit: limits.overridesPerChannel });
      const overrides = fresh ? [...others, allowedWins(fresh)] : others;
      return deedIn(space, channel, user, 'channel.update', { overrides });
    };
    return deeds.perform({ space, plan }, (reader) => channelFrom(reader, space, channel));
  }
}

/** What is both allowed and denied is kept once: all overrides of a channel are in one event. [CHN-4] */
const allowedWins = ({ target, allow, deny }: Override): Override => ({
  target,
  allow,
  deny: deny.filter((permission) => !allow.includes(permission)),
});

async function profileFrom(reader: Reader, space: string) {
  const row = await reader.get(findSpaceRow, { space });
  if (!row) throw new Refusal('not_found');
  return profileOf(row);
}

async function roleFrom(reader: Reader, space: string, role: string): Promise<Role> {
  const row = await reader.get(findRoleRow, { space, role });
  if (!row) throw new Refusal('not_found');
  return roleOf(row);
}

async function channelFrom(reader: Reader, space: string, channel: string): Promise<Channel> {
  const row = await reader.get(findChannelRow, { space, channel });
  if (!row) throw new Refusal('not_found');
  return channelOf(row);
}
