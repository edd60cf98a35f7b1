import { eventBodies, type HubParts } from '@folkmoot/protocol-spec/schemas/events.ts';
import { userSummaryOf } from '../accounts/user-summary.ts';
import { Refusal } from '../base/errors.ts';
import type { Reader, Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { Tables } from '../storage/tables.ts';
import { bindEvent, type EventBinding, nothingToDo, type Shown } from '../streams/binding.ts';
import { findTimeout, recordAudit } from './audit-store.ts';
import { countInviteUse, findInviteRow, requireWorkingInvite } from './invite-store.ts';
import {
  changeMemberCount,
  deleteMember,
  findMember,
  findMemberRow,
  insertMember,
  setNickOf,
  setRolesOf,
  sortNameOf,
  sortRankOf,
} from './member-store.ts';
import { startMarkersAtHeads } from './read-state.ts';
import { requireLowerRole, requireMayGive, requireOwnInChannels } from './role-events.ts';
import { firstOfOthers, showPeople } from './people-of-space.ts';
import { findSpaceRow, setOwner, showSpace } from './space-store.ts';
import { requireRoomFor } from './spaces-of-user.ts';
import {
  findStanding,
  requireAbove,
  requireOwn,
  requirePermission,
  requireRankOf,
  requireStanding,
} from './standing.ts';

const findBan = query<{ space: string; user: string }>()((p) =>
  sql.selectFrom('bans').selectAll().where('space', '=', p.space).where('user', '=', p.user),
);

export const membershipEvents: EventBinding[] = [
  bindEvent<(typeof eventBodies)['member.join'], HubParts['member.join']>({
    type: 'member.join',
    body: eventBodies['member.join'],
    changesAccess: true,
    async decide(tx, { actor, space = '', body }, now) {
      const row = await tx.get(findSpaceRow, { space });
      if (!row) throw new Refusal('not_found');
      if (await tx.get(findBan, { space, user: actor })) throw new Refusal('banned');
      if (await tx.get(findMemberRow, { space, user: actor })) throw new Refusal('already_member');
      if (row.owner === actor) return { hub: { roles: [] } };
      if (!body.invite) throw new Refusal('not_found');
      const invite = requireWorkingInvite(await tx.get(findInviteRow, { space, id: body.invite }), now);
      if (invite.user !== null && invite.user !== actor) throw new Refusal('invite_gone');
      await requireRoomFor(tx, actor, row.kind);
      const timeout = await findTimeout(tx, space, actor, now);
      return { hub: { roles: await rolesGivenBy(tx, invite, now), ...(timeout === undefined ? {} : { timeout }) } };
    },
    async apply(tx, event) {
      const { space, actor: user, ts } = event;
      const { roles, timeout = null } = event.hub;
      const summary = await userSummaryOf(tx, user);
      await tx.run(insertMember, {
        space,
        user,
        roles: JSON.stringify(roles),
        joined: ts,
        timeout,
        sort_rank: await sortRankOf(tx, space, roles),
        sort_name: sortNameOf(summary.display_name),
      });
      await tx.run(changeMemberCount, { space, by: 1 });
      if (event.body.invite) await tx.run(countInviteUse, { space, id: event.body.invite });
      await startMarkersAtHeads(tx, space, user);
    },
    show: async (reader, event) => [
      ...(await showMember(reader, event.space, event.actor, 'member.joined')),
      ...(await showPeople(reader, event)),
    ],
  }),

  bindEvent<(typeof eventBodies)['member.leave'], HubParts['member.leave'] | undefined>({
    type: 'member.leave',
    body: eventBodies['member.leave'],
    changesAccess: true,
    async decide(tx, { actor, space = '' }, now) {
      const standing = await requireStanding(tx, space, actor, now);
      if (standing.space.owner !== actor) return undefined;
      if (standing.space.kind === 'community') throw new Refusal('owner_cannot');
      const heir = await tx.get(firstOfOthers, { space, user: actor });
      return heir && { hub: { owner: heir.user } };
    },
    async apply(tx, event) {
      await removeMember(tx, event.space, event.actor);
      if (event.hub?.owner) await tx.run(setOwner, { space: event.space, owner: event.hub.owner });
    },
    show: async (reader, event) => [
      ...showGone(event.space, event.actor),
      ...(event.hub?.owner ? await showSpace(reader, event) : []),
      ...(await showPeople(reader, event)),
    ],
  }),

  bindEvent({
    type: 'member.update',
    body: eventBodies['member.update'],
    async decide(tx, { actor, space = '', body }, now) {
      const standing = await requireStanding(tx, space, actor, now);
      if (body.user !== actor) {
        const rank = await requireRankOf(tx, standing, body.user);
        requirePermission(standing, 'nick.manage');
        requireAbove(standing, rank);
      } else if (!standing.permissions.has('nick.manage')) {
        requirePermission(standing, 'nick.change');
      }
      return undefined;
    },
    async apply(tx, event) {
      const { user, nick } = event.body;
      const summary = await userSummaryOf(tx, user);
      await tx.run(setNickOf, { space: event.space, user, nick, sort_name: sortNameOf(nick ?? summary.display_name) });
      if (user !== event.actor)
        await recordAudit(tx, event, { target: user, targetName: summary.display_name, changes: { nick } });
    },
    show: (reader, event) => showMember(reader, event.space, event.body.user, 'member.updated'),
  }),

  bindEvent({
    type: 'member.roles',
    body: eventBodies['member.roles'],
    changesAccess: true,
    async decide(tx, { actor, space = '', body }, now) {
      const standing = await requireStanding(tx, space, actor, now);
      const rank = await requireRankOf(tx, standing, body.user);
      requirePermission(standing, 'role.manage');
      if (body.user !== actor) requireAbove(standing, rank);
      for (const id of [...body.add, ...body.remove]) {
        if (id === 'everyone') throw new Refusal('forbidden');
        const role = await requireLowerRole(tx, standing, id);
        if (body.add.includes(id)) requireOwn(standing, role.permissions);
        await requireOwnInChannels(tx, standing, id, body.add.includes(id) ? 'allow' : 'deny', now);
      }
      const held = new Set(
        JSON.parse((await tx.get(findMemberRow, { space, user: body.user }))?.roles ?? '[]') as string[],
      );
      const add = body.add.filter((id) => !held.has(id));
      const remove = body.remove.filter((id) => held.has(id));
      return add.length + remove.length === 0 ? nothingToDo : { body: { ...body, add, remove } };
    },
    async apply(tx, event) {
      const { user, add, remove } = event.body;
      const row = await tx.get(findMemberRow, { space: event.space, user });
      if (!row) return;
      const held = new Set(JSON.parse(row.roles) as string[]);
      for (const role of add) held.add(role);
      for (const role of remove) held.delete(role);
      const roles = [...held];
      await tx.run(setRolesOf, {
        space: event.space,
        user,
        roles: JSON.stringify(roles),
        sort_rank: await sortRankOf(tx, event.space, roles),
      });
      const summary = await userSummaryOf(tx, user);
      await recordAudit(tx, event, { target: user, targetName: summary.display_name, changes: { add, remove } });
    },
    show: (reader, event) => showMember(reader, event.space, event.body.user, 'member.updated'),
  }),
];

/** The role of an invite, as long as its creator could give it. [INV-6] */
async function rolesGivenBy(tx: Writer, { space, creator, role }: Tables['invites'], now: number): Promise<string[]> {
  const giver = role && (await findStanding(tx, space, creator, now));
  if (!role || !giver) return [];
  try {
    await requireMayGive(tx, giver, role, now);
    return [role];
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}

/** Takes a member out of the tables; true when there was one. */
export async function removeMember(tx: Writer, space: string, user: string): Promise<void> {
  if ((await tx.run(deleteMember, { space, user })) > 0) await tx.run(changeMemberCount, { space, by: -1 });
}

export async function showMember(
  reader: Reader,
  space: string,
  user: string,
  t: 'member.joined' | 'member.updated',
): Promise<Shown[]> {
  const member = await findMember(reader, space, user);
  return member ? [{ audience: { to: 'space', space }, t, d: { space, member } }] : [];
}

export function showGone(space: string, user: string): Shown[] {
  return [{ audience: { to: 'space', space }, t: 'member.left', d: { space, user } }];
}
