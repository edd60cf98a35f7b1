import { eventBodies } from '@folkmoot/protocol-spec/schemas/events.ts';
import { userSummaryOf } from '../accounts/user-summary.ts';
import { Refusal } from '../base/errors.ts';
import { bindEvent, type EventBinding, nothingToDo } from '../streams/binding.ts';
import { recordAudit } from './audit-store.ts';
import { findMemberRow, setNickOf, setRolesOf, sortNameOf, sortRankOf } from './member-store.ts';
import { knownRoles, showMember } from './membership.ts';
import { requireLowerRole, requireOwnInChannels, requireOwnRights } from './role-events.ts';
import { requireAbove, requirePermission, requireRankOf, requireStanding } from './standing.ts';
import { listing, setListed, setUnlisted } from './unlisted.ts';

/** What changes about a member who stays one. */
export const memberChangeEvents: EventBinding[] = [
  bindEvent({
    type: 'member.update',
    body: eventBodies['member.update'],
    async decide(tx, { actor, space = '', body }, now) {
      const standing = await requireStanding(tx, space, actor, now);
      if (body.user !== actor) {
        const rank = await requireRankOf(tx, standing, body.user);
        if (body.unlisted !== undefined) throw new Refusal('forbidden');
        requirePermission(standing, 'nick.manage');
        requireAbove(standing, rank);
      } else if (body.nick !== undefined && !standing.permissions.has('nick.manage')) {
        requirePermission(standing, 'nick.change');
      }
      if (body.unlisted === undefined) return undefined;
      const { kind, owner } = standing.space;
      if (kind !== 'community' || owner === actor || standing.member.grant) throw new Refusal('forbidden');
      const isUnlisted = (await tx.get(findMemberRow, { space, user: actor }))?.unlisted !== listing.listed;
      return isUnlisted === body.unlisted && body.nick === undefined ? nothingToDo : undefined;
    },
    async apply(tx, event) {
      const { space, body } = event;
      const { user, nick, unlisted } = body;
      if (unlisted !== undefined) await tx.run(unlisted ? setUnlisted : setListed, { space, user });
      if (nick === undefined) return;
      const summary = await userSummaryOf(tx, user);
      await tx.run(setNickOf, { space, user, nick, sort_name: sortNameOf(nick ?? summary.display_name) });
      if (user !== event.actor)
        await recordAudit(tx, event, { target: user, targetName: summary.display_name, changes: { nick } });
    },
    state: ({ body }) => ({ key: `member:${body.user}`, set: 'more' }),
    async show(reader, { space, body: { user, unlisted } }) {
      const shown = await showMember(reader, space, user, 'member.updated');
      const isGone = unlisted && shown[0]?.audience.to === 'seeing';
      if (isGone) shown.push({ audience: { to: 'not seeing', space, user }, t: 'member.unlisted', d: { space, user } });
      return shown;
    },
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
      for (const id of new Set([...body.add, ...body.remove])) {
        if (id === 'everyone') throw new Refusal('forbidden');
        const role = await requireLowerRole(tx, standing, id);
        if (body.add.includes(id)) await requireOwnRights(tx, standing, role, now);
        else await requireOwnInChannels(tx, standing, id, 'deny', now);
      }
      const held = new Set(
        JSON.parse((await tx.get(findMemberRow, { space, user: body.user }))?.roles ?? '[]') as string[],
      );
      const add = body.add.filter((id) => !held.has(id));
      const remove = body.remove.filter((id) => held.has(id));
      return add.length + remove.length === 0 ? nothingToDo : { body: { ...body, add, remove } };
    },
    async apply(tx, event) {
      const { user, remove } = event.body;
      const add = event.asState ? await knownRoles(tx, event.space, event.body.add) : event.body.add;
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
    state: ({ body }) => ({ key: `member:${body.user}`, set: 'more' }),
    show: (reader, event) => showMember(reader, event.space, event.body.user, 'member.updated'),
  }),
];
