import { compareChannels, compareRoles } from '@folkmoot/protocol-spec/client/order.ts';
import type { Channel, Role, SpaceProfile } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Override, Permission } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import type { Reader } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { Tables } from '../storage/tables.ts';
import type { Shown } from '../streams/binding.ts';

type OfSpace = { space: string };

export const findSpaceRow = query<OfSpace>()((p) =>
  sql.selectFrom('spaces').selectAll().where('id', '=', p.space).where('deleted', '=', 0),
);
const rolesOfSpace = query<OfSpace>()((p) => sql.selectFrom('roles').selectAll().where('space', '=', p.space));
export const channelsOfSpace = query<OfSpace>()((p) =>
  sql.selectFrom('channels').selectAll().where('space', '=', p.space),
);
export const findRoleRow = query<{ space: string; role: string }>()((p) =>
  sql.selectFrom('roles').selectAll().where('space', '=', p.space).where('id', '=', p.role),
);
export const findChannelRow = query<{ space: string; channel: string }>()((p) =>
  sql.selectFrom('channels').selectAll().where('space', '=', p.space).where('id', '=', p.channel),
);
export const countRoles = query<OfSpace>()((p) =>
  sql
    .selectFrom('roles')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('space', '=', p.space),
);
export const countChannels = query<OfSpace>()((p) =>
  sql
    .selectFrom('channels')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('space', '=', p.space),
);
export const spacesOfUser = query<{ user: string }>()((p) =>
  sql
    .selectFrom('members')
    .innerJoin('spaces', 'spaces.id', 'members.space')
    .selectAll('spaces')
    .where('members.user', '=', p.user)
    .where('spaces.deleted', '=', 0)
    .orderBy('members.joined')
    .orderBy('spaces.id'),
);
export const spacesOwnedBy = query<{ user: string }>()((p) =>
  sql.selectFrom('spaces').select(['id', 'name', 'kind']).where('owner', '=', p.user).where('deleted', '=', 0),
);

export const setOwner = query<{ space: string; owner: string }>()((p) =>
  sql.updateTable('spaces').set({ owner: p.owner }).where('id', '=', p.space),
);

export async function showSpace(reader: Reader, { space }: { space: string }): Promise<Shown[]> {
  const row = await reader.get(findSpaceRow, { space });
  return row ? [{ audience: { to: 'space', space }, t: 'space.updated', d: { space: profileOf(row) } }] : [];
}

export function profileOf(row: Tables['spaces']): SpaceProfile {
  const { id, kind, name, description, owner, hub, created } = row;
  return { id, kind, name, description, owner, hub, created };
}

export function roleOf(row: Tables['roles']): Role {
  return {
    id: row.id,
    name: row.name,
    color: row.color,
    rank: row.rank,
    permissions: JSON.parse(row.permissions) as Permission[],
    hoist: row.hoist === 1,
    mentionable: row.mentionable === 1,
  };
}

export function channelOf(row: Tables['channels']): Channel {
  const { id, kind, name, topic, parent, order, slow_mode, bitrate, user_limit } = row;
  return {
    id,
    kind,
    name,
    topic,
    parent,
    order,
    slow_mode,
    overrides: JSON.parse(row.overrides) as Override[],
    ...(bitrate === null ? {} : { bitrate }),
    ...(user_limit === null ? {} : { user_limit }),
  };
}

/** Roles of a space, the highest first. */
export async function listRoles(reader: Reader, space: string): Promise<Role[]> {
  return (await reader.all(rolesOfSpace, { space })).map(roleOf).sort(compareRoles);
}

/** Channels of a space in the order in which they are listed. */
export async function listChannelRows(reader: Reader, space: string): Promise<Tables['channels'][]> {
  return (await reader.all(channelsOfSpace, { space })).sort(compareChannels);
}
