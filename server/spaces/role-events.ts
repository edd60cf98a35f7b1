import { eventBodies } from '@folkmoot/protocol-spec/schemas/events.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { Role } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { type Permission, permissions as catalogue } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { Refusal } from '../base/errors.ts';
import type { Reader, Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import { bindEvent, type EventBinding, type Shown } from '../streams/binding.ts';
import { recordAudit } from './audit-store.ts';
import { resortHolders } from './member-store.ts';
import { channelOf, countRoles, findRoleRow, roleOf } from './space-store.ts';
import {
  hiddenOrNot,
  requireAbove,
  requireOwn,
  requirePermission,
  requireStanding,
  type Standing,
  standingIn,
} from './standing.ts';

type RoleColumns = {
  space: string;
  id: string;
  name: string;
  color: number | null;
  rank: number;
  permissions: string;
  hoist: number;
  mentionable: number;
};

const insertRole = query<RoleColumns>()((p) =>
  sql
    .insertInto('roles')
    .values({
      space: p.space,
      id: p.id,
      name: p.name,
      color: p.color,
      rank: p.rank,
      permissions: p.permissions,
      hoist: p.hoist,
      mentionable: p.mentionable,
    })
    .onConflict((conflict) => conflict.doNothing()),
);
const updateRole = query<RoleColumns>()((p) =>
  sql
    .updateTable('roles')
    .set({
      name: p.name,
      color: p.color,
      rank: p.rank,
      permissions: p.permissions,
      hoist: p.hoist,
      mentionable: p.mentionable,
    })
    .where('space', '=', p.space)
    .where('id', '=', p.id),
);
const deleteRole = query<{ space: string; id: string }>()((p) =>
  sql.deleteFrom('roles').where('space', '=', p.space).where('id', '=', p.id),
);
const unlinkInvites = query<{ space: string; role: string }>()((p) =>
  sql.updateTable('invites').set({ role: null }).where('space', '=', p.space).where('role', '=', p.role),
);
const channelsWithOverride = query<{ space: string; pattern: string }>()((p) =>
  sql.selectFrom('channels').selectAll().where('space', '=', p.space).where('overrides', 'like', p.pattern),
);
const setOverrides = query<{ space: string; channel: string; overrides: string }>()((p) =>
  sql.updateTable('channels').set({ overrides: p.overrides }).where('space', '=', p.space).where('id', '=', p.channel),
);

/** A role of the space that stands below the member. Throws `not_found` or `rank_too_low`. */
export async function requireLowerRole(reader: Reader, standing: Standing, id: string): Promise<Role> {
  const row = await reader.get(findRoleRow, { space: standing.space.id, role: id });
  if (!row) throw new Refusal('not_found');
  requireAbove(standing, row.rank);
  return roleOf(row);
}

/**
 * A role carries what overrides of channels allow or deny it. Whoever moves it in a way that gives somebody a permission there must have
 * that permission there. Throws `missing_permission`. [PERM-6]
 */
export async function requireOwnInChannels(
  reader: Reader,
  standing: Standing,
  role: string,
  bits: 'allow' | 'deny',
  now: number,
): Promise<void> {
  for (const row of await reader.all(channelsWithOverride, { space: standing.space.id, pattern: `%"${role}"%` })) {
    const override = channelOf(row).overrides.find(({ target }) => target === role);
    const own = standingIn(standing, row, now)?.permissions;
    const missing = override?.[bits].find((permission) => !own?.has(permission));
    if (missing) throw missingIn(row.id, missing, own !== undefined);
  }
}

/** Throws what is in the way of giving somebody a role: `missing_permission`, `forbidden`, `not_found` or `rank_too_low`. [PERM-6] [PERM-7] */
export async function requireMayGive(reader: Reader, standing: Standing, role: string, now: number): Promise<void> {
  requirePermission(standing, 'role.manage');
  if (role === 'everyone') throw new Refusal('forbidden');
  await requireOwnRights(reader, standing, await requireLowerRole(reader, standing, role), now);
}

/** The member has all that a role gives, in the space and in each channel. Throws `missing_permission`. [PERM-6] */
export async function requireOwnRights(reader: Reader, standing: Standing, role: Role, now: number): Promise<void> {
  requireOwn(standing, role.permissions);
  await requireNotDenied(reader, standing, role, role.permissions, now);
  await requireOwnInChannels(reader, standing, role.id, 'allow', now);
}

/**
 * What a role gives in the space it gives in every channel whose overrides take it neither from everyone nor from the role. Whom a channel
 * denies it does not hand it out there either, but where everyone has it anyway. Throws `missing_permission`. [PERM-6]
 */
async function requireNotDenied(
  reader: Reader,
  standing: Standing,
  role: Role,
  granted: readonly string[],
  now: number,
): Promise<void> {
  const anyway = role.id === 'everyone' ? undefined : standing.roles.find(({ id }) => id === 'everyone');
  const given = added(anyway?.permissions ?? [], granted) as Permission[];
  if (given.length === 0 || standing.permissions.has('administrator')) return;
  const { grant } = standing.member;
  const elsewhere = grant && grant.channels !== 'all' && given.find((permission) => catalogue[permission]?.channel);
  if (elsewhere) throw new Refusal('missing_permission', { permission: elsewhere });
  for (const row of await reader.all(channelsWithOverride, { space: standing.space.id, pattern: '%"target"%' })) {
    const denied = channelOf(row).overrides.flatMap(({ target, deny }) =>
      target === 'everyone' || target === role.id ? deny : [],
    );
    const inChannel = hiddenOrNot(standing, row, now);
    for (const permission of given) {
      if (denied.includes(permission) || inChannel.permissions.has(permission)) continue;
      const own = inChannel.explain(permission);
      if (own && own.by !== 'hidden') throw missingIn(row.id, permission, inChannel.permissions.has('channel.view'));
    }
  }
}

/** Names the channel to those who may know of it. [PERM-9] */
const missingIn = (channel: string, permission: Permission, isSeen: boolean) =>
  new Refusal('missing_permission', { permission, ...(isSeen ? { channel } : {}) });

export const roleEvents: EventBinding[] = [
  bindEvent({
    type: 'role.create',
    body: eventBodies['role.create'],
    async decide(tx, { actor, space = '', body }, now) {
      const standing = await requireStanding(tx, space, actor, now);
      requirePermission(standing, 'role.manage');
      requireAbove(standing, body.rank);
      requireOwn(standing, body.permissions);
      if (body.role === 'everyone' || (await tx.get(findRoleRow, { space, role: body.role })))
        throw new Refusal('conflict');
      if (Number((await tx.get(countRoles, { space }))?.count) >= limits.rolesPerSpace)
        throw new Refusal('limit_reached', { limit: limits.rolesPerSpace });
      return undefined;
    },
    async apply(tx, event) {
      const { role, ...fields } = event.body;
      await tx.run(insertRole, columnsOf(event.space, { id: role, ...fields }));
      await recordAudit(tx, event, { target: role, targetName: fields.name, changes: fields });
    },
    state: ({ body }) => ({ key: `role:${body.role}`, set: 'first' }),
    show: (reader, event) => showRole(reader, event.space, event.body.role, 'role.created'),
  }),

  bindEvent({
    type: 'role.update',
    body: eventBodies['role.update'],
    changesAccess: true,
    async decide(tx, { actor, space = '', body }, now) {
      const standing = await requireStanding(tx, space, actor, now);
      requirePermission(standing, 'role.manage');
      const role = await requireLowerRole(tx, standing, body.role);
      if (role.id === 'everyone' && Object.keys(body).some((field) => field !== 'role' && field !== 'permissions'))
        throw new Refusal('forbidden');
      if (body.rank !== undefined) requireAbove(standing, body.rank);
      if (body.permissions) {
        requireOwn(standing, changed(role.permissions, body.permissions));
        await requireNotDenied(tx, standing, role, added(role.permissions, body.permissions), now);
      }
      return undefined;
    },
    async apply(tx, event) {
      const { role: id, ...changes } = event.body;
      const row = await tx.get(findRoleRow, { space: event.space, role: id });
      if (!row) return;
      await tx.run(updateRole, columnsOf(event.space, { ...roleOf(row), ...changes }));
      const standsOut = row.hoist === 1 || changes.hoist === true;
      if (standsOut && (changes.rank !== undefined || changes.hoist !== undefined))
        await resortHolders(tx, event.space, id, false);
      await recordAudit(tx, event, { target: id, targetName: row.name, changes });
    },
    state: ({ body }) => ({ key: `role:${body.role}`, set: 'more' }),
    show: (reader, event) => showRole(reader, event.space, event.body.role, 'role.updated'),
  }),

  bindEvent({
    type: 'role.delete',
    body: eventBodies['role.delete'],
    changesAccess: true,
    async decide(tx, { actor, space = '', body }, now) {
      const standing = await requireStanding(tx, space, actor, now);
      requirePermission(standing, 'role.manage');
      if (body.role === 'everyone') throw new Refusal('forbidden');
      await requireLowerRole(tx, standing, body.role);
      await requireOwnInChannels(tx, standing, body.role, 'deny', now);
      return undefined;
    },
    async apply(tx, event) {
      const { role } = event.body;
      const row = await tx.get(findRoleRow, { space: event.space, role });
      await tx.run(deleteRole, { space: event.space, id: role });
      await tx.run(unlinkInvites, { space: event.space, role });
      await resortHolders(tx, event.space, role, true);
      await dropOverridesOf(tx, event.space, role);
      await recordAudit(tx, event, { target: role, targetName: row?.name ?? null });
    },
    state: ({ body }) => ({ key: `role:${body.role}`, set: 'gone' }),
    show: async (_, event) => [
      {
        audience: { to: 'space', space: event.space },
        t: 'role.deleted',
        d: { space: event.space, role: event.body.role },
      },
    ],
  }),
];

function columnsOf(space: string, role: Role): RoleColumns {
  const { permissions, hoist, mentionable, ...rest } = role;
  return {
    space,
    ...rest,
    permissions: JSON.stringify(permissions),
    hoist: hoist ? 1 : 0,
    mentionable: mentionable ? 1 : 0,
  };
}

/** What is in one of two lists only. */
export function changed(before: readonly string[], after: readonly string[]): string[] {
  return [...added(after, before), ...added(before, after)];
}

function added(before: readonly string[], after: readonly string[]): string[] {
  return after.filter((name) => !before.includes(name));
}

async function showRole(reader: Reader, space: string, id: string, t: string): Promise<Shown[]> {
  const row = await reader.get(findRoleRow, { space, role: id });
  return row ? [{ audience: { to: 'space', space }, t, d: { space, role: roleOf(row) } }] : [];
}

async function dropOverridesOf(tx: Writer, space: string, target: string): Promise<void> {
  for (const channel of await tx.all(channelsWithOverride, { space, pattern: `%"${target}"%` })) {
    const overrides = (JSON.parse(channel.overrides) as { target: string }[]).filter(
      (override) => override.target !== target,
    );
    await tx.run(setOverrides, { space, channel: channel.id, overrides: JSON.stringify(overrides) });
  }
}
