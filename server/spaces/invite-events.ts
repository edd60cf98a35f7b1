import { eventBodies } from '@folkmoot/protocol-spec/schemas/events.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { Refusal } from '../base/errors.ts';
import { bindEvent, type EventBinding } from '../streams/binding.ts';
import { recordAudit } from './audit-store.ts';
import { deleteInvite, findInviteRow, inviteOf, insertInvite, workingInvites } from './invite-store.ts';
import { requireDirectInvite, showPeople } from './people-of-space.ts';
import { requireMayGive } from './role-events.ts';
import { requirePermission, requireStanding } from './standing.ts';

export const inviteEvents: EventBinding[] = [
  bindEvent({
    type: 'invite.create',
    body: eventBodies['invite.create'],
    async decide(tx, { actor, space = '', body }, now) {
      const standing = await requireStanding(tx, space, actor, now);
      requirePermission(standing, 'invite.create');
      if (standing.space.kind !== 'community') await requireDirectInvite(tx, standing, body, now);
      else if (body.user) throw new Refusal('forbidden');
      if (body.role) await requireMayGive(tx, standing, body.role, now);
      if ((await tx.all(workingInvites, { space, now })).length >= limits.invitesPerSpace) {
        throw new Refusal('limit_reached', { limit: limits.invitesPerSpace });
      }
      if (await tx.get(findInviteRow, { space, id: body.invite })) throw new Refusal('conflict');
      return undefined;
    },
    async apply(tx, event) {
      const { invite: id, key = null, expires, max_uses, role, user = null } = event.body;
      await tx.run(insertInvite, {
        space: event.space,
        id,
        creator: event.actor,
        created: event.ts,
        key,
        expires,
        max_uses,
        role,
        user,
      });
      await recordAudit(tx, event, { target: id, changes: { expires, max_uses, role } });
    },
    state: ({ body }) => ({ key: `invite:${body.invite}`, set: 'first' }),
    async show(reader, event) {
      const { space } = event;
      const row = await reader.get(findInviteRow, { space, id: event.body.invite });
      if (!row) return [];
      return [
        ...(await showPeople(reader, event)),
        {
          audience: { to: 'permission', space, permission: 'invite.manage' },
          t: 'invite.created',
          d: { space, invite: await inviteOf(reader, row) },
        },
      ];
    },
  }),

  bindEvent({
    type: 'invite.revoke',
    body: eventBodies['invite.revoke'],
    async decide(tx, { actor, space = '', body }, now) {
      const standing = await requireStanding(tx, space, actor, now);
      const invite = await tx.get(findInviteRow, { space, id: body.invite });
      if (!invite) throw new Refusal('not_found');
      if (invite.creator !== actor) requirePermission(standing, 'invite.manage');
      return undefined;
    },
    async apply(tx, event) {
      await tx.run(deleteInvite, { space: event.space, id: event.body.invite });
      await recordAudit(tx, event, { target: event.body.invite });
    },
    state: ({ body }) => ({ key: `invite:${body.invite}`, set: 'gone' }),
    show: async (reader, { space, body }) => [
      ...(await showPeople(reader, { space })),
      {
        audience: { to: 'permission', space, permission: 'invite.manage' },
        t: 'invite.revoked',
        d: { space, invite: body.invite },
      },
    ],
  }),
];
