import { eventBodies } from '@folkmoot/protocol-spec/schemas/events.ts';
import { Refusal } from '../base/errors.ts';
import { query, sql } from '../storage/query.ts';
import { bindEvent, type EventBinding } from '../streams/binding.ts';
import { recordAudit } from './audit-store.ts';
import { findGrant } from './bot-grants.ts';
import { eraseStreamLater } from './erased-streams.ts';
import { findMemberRow } from './member-store.ts';
import { channelsOfSpace, findSpaceRow, showSpace } from './space-store.ts';
import { requireRoomFor } from './spaces-of-user.ts';
import { requirePermission, requireStanding } from './standing.ts';

const insertSpace = query<{
  id: string;
  kind: 'community' | 'dm' | 'group';
  name: string;
  description: string;
  owner: string;
  hub: string;
  created: number;
}>()((p) =>
  sql
    .insertInto('spaces')
    .values({
      id: p.id,
      kind: p.kind,
      name: p.name,
      description: p.description,
      owner: p.owner,
      hub: p.hub,
      created: p.created,
      deleted: 0,
      member_count: 0,
    })
    .onConflict((conflict) => conflict.doNothing()),
);
const insertEveryone = query<{ space: string; permissions: string }>()((p) =>
  sql
    .insertInto('roles')
    .values({
      space: p.space,
      id: 'everyone',
      name: 'everyone',
      color: null,
      rank: 0,
      permissions: p.permissions,
      hoist: 0,
      mentionable: 0,
    })
    .onConflict((conflict) => conflict.doNothing()),
);
const updateSpace = query<{ id: string; name: string; description: string; owner: string }>()((p) =>
  sql.updateTable('spaces').set({ name: p.name, description: p.description, owner: p.owner }).where('id', '=', p.id),
);
const markDeleted = query<{ id: string }>()((p) =>
  sql.updateTable('spaces').set({ deleted: 1, member_count: 0 }).where('id', '=', p.id),
);
const deleteMembersOf = query<{ space: string }>()((p) => sql.deleteFrom('members').where('space', '=', p.space));
const deleteInvitesOf = query<{ space: string }>()((p) => sql.deleteFrom('invites').where('space', '=', p.space));

export const spaceEvents: EventBinding[] = [
  bindEvent({
    type: 'space.create',
    body: eventBodies['space.create'],
    async decide(tx, { actor, body, space, stream }) {
      if (space !== undefined || stream !== '_' || body.owner !== actor) throw new Refusal('forbidden');
      const isNamed = /\S/.test(body.name);
      if (isNamed !== (body.kind === 'community')) throw new Refusal('invalid_body', { path: '/name' });
      await requireRoomFor(tx, actor, body.kind);
      return undefined;
    },
    async apply(tx, event) {
      const { kind, name, description, owner, hub, permissions } = event.body;
      await tx.run(insertSpace, { id: event.space, kind, name, description, owner, hub, created: event.ts });
      // What it was called since may be undone.
      if (event.asState) await tx.run(updateSpace, { id: event.space, name, description, owner });
      await tx.run(insertEveryone, { space: event.space, permissions: JSON.stringify(permissions) });
      await recordAudit(tx, event, { targetName: name });
    },
    state: () => ({ key: 'space', set: 'first' }),
    show: async () => [],
  }),

  bindEvent({
    type: 'space.update',
    body: eventBodies['space.update'],
    changesAccess: true,
    async decide(tx, { actor, space = '', body }, now) {
      const standing = await requireStanding(tx, space, actor, now);
      if (standing.space.kind === 'dm') throw new Refusal('forbidden');
      if (body.name !== undefined || body.description !== undefined) requirePermission(standing, 'space.manage');
      if (body.owner !== undefined) {
        if (standing.space.owner !== actor) throw new Refusal('owner_only');
        if (!(await tx.get(findMemberRow, { space, user: body.owner }))) throw new Refusal('not_found');
        if (await findGrant(tx, space, body.owner)) throw new Refusal('bots_cannot');
      }
      return undefined;
    },
    async apply(tx, event) {
      const row = await tx.get(findSpaceRow, { space: event.space });
      if (!row) return;
      const { name = row.name, description = row.description, owner = row.owner } = event.body;
      await tx.run(updateSpace, { id: row.id, name, description, owner });
      await recordAudit(tx, event, { target: event.body.owner ?? null, changes: event.body });
    },
    state: () => ({ key: 'space', set: 'more' }),
    show: showSpace,
  }),

  bindEvent({
    type: 'space.delete',
    body: eventBodies['space.delete'],
    changesAccess: true,
    async decide(tx, { actor, space = '' }, now) {
      const standing = await requireStanding(tx, space, actor, now);
      if (standing.space.kind !== 'community') throw new Refusal('forbidden');
      if (standing.space.owner !== actor) throw new Refusal('owner_only');
      return undefined;
    },
    async apply(tx, event) {
      await tx.run(markDeleted, { id: event.space });
      await tx.run(deleteMembersOf, { space: event.space });
      await tx.run(deleteInvitesOf, { space: event.space });
      for (const { stream_no } of await tx.all(channelsOfSpace, { space: event.space }))
        await eraseStreamLater(tx, stream_no);
      await recordAudit(tx, event);
    },
    state: () => ({ key: 'space', set: 'more' }),
    show: async () => [],
  }),
];
