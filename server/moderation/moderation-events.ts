import { eventBodies, type HubParts, hubParts } from '@folkmoot/protocol-spec/schemas/events.ts';
import { nobody } from '@folkmoot/protocol-spec/schemas/ids.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { userSummaryOf } from '../accounts/user-summary.ts';
import { Refusal } from '../base/errors.ts';
import { recordAudit } from '../spaces/audit-store.ts';
import { findMemberRow, setTimeoutOf } from '../spaces/member-store.ts';
import { memberGone, removeMember, showGone, showMember } from '../spaces/membership.ts';
import { showPeople } from '../spaces/people-of-space.ts';
import { requireAbove, requirePermission, requireRankOf, requireStanding } from '../spaces/standing.ts';
import type { Reader } from '../storage/database.ts';
import { bindEvent, type EventBinding } from '../streams/binding.ts';
import { banOf, deleteBan, findBanRow, insertBan } from './ban-store.ts';

export const moderationEvents: EventBinding[] = [
  bindEvent({
    type: 'member.kick',
    body: eventBodies['member.kick'],
    changesAccess: true,
    async decide(tx, { actor, space = '', body }, now) {
      const standing = await requireStanding(tx, space, actor, now);
      const rank = await requireRankOf(tx, standing, body.user);
      requirePermission(standing, 'member.kick');
      requireAbove(standing, rank);
      return undefined;
    },
    async apply(tx, event) {
      const { user, reason } = event.body;
      await removeMember(tx, event, user);
      // With their homeserver, which has an entry of its own.
      if (event.actor === nobody) return;
      await recordAudit(tx, event, { target: user, targetName: await nameOf(tx, user), reason });
    },
    state: ({ body }) => memberGone(body.user),
    show: async (reader, event) => [
      ...(await showGone(reader, event.space, event.body.user)),
      ...(await showPeople(reader, event)),
    ],
  }),

  bindEvent<(typeof eventBodies)['member.ban'], HubParts['member.ban']>({
    type: 'member.ban',
    body: eventBodies['member.ban'],
    hub: hubParts['member.ban'],
    changesAccess: true,
    async decide(tx, { actor, space = '', body }, now) {
      const standing = await requireStanding(tx, space, actor, now);
      requirePermission(standing, 'member.ban');
      if (body.user === actor) throw new Refusal('rank_too_low');
      const member = await tx.get(findMemberRow, { space, user: body.user });
      if (member) requireAbove(standing, await requireRankOf(tx, standing, body.user));
      else if ((await userSummaryOf(tx, body.user)).handle === null) throw new Refusal('not_found');
      return { hub: { member: member !== undefined } };
    },
    async apply(tx, event) {
      const { user, reason } = event.body;
      await removeMember(tx, event, user, event.hub.member);
      if (event.stateOf === `member:${user}`) return;
      await tx.run(insertBan, { space: event.space, user, by: event.actor, reason: reason ?? '', ts: event.ts });
      await recordAudit(tx, event, { target: user, targetName: await nameOf(tx, user), reason });
    },
    state: ({ body, hub }) => [...(hub.member ? memberGone(body.user) : []), { key: `ban:${body.user}`, set: 'first' }],
    async show(reader, event) {
      const { space } = event;
      const gone = event.hub.member ? await showGone(reader, space, event.body.user) : [];
      const row = await reader.get(findBanRow, { space, user: event.body.user });
      if (!row) return gone;
      return [
        ...gone,
        {
          audience: { to: 'permission', space, permission: 'member.ban' },
          t: 'ban.added',
          d: { space, ban: await banOf(reader, row) },
        },
      ];
    },
  }),

  bindEvent({
    type: 'member.unban',
    body: eventBodies['member.unban'],
    async decide(tx, { actor, space = '', body }, now) {
      requirePermission(await requireStanding(tx, space, actor, now), 'member.ban');
      if (!(await tx.get(findBanRow, { space, user: body.user }))) throw new Refusal('not_found');
      return undefined;
    },
    async apply(tx, event) {
      await tx.run(deleteBan, { space: event.space, user: event.body.user });
      await recordAudit(tx, event, { target: event.body.user, targetName: await nameOf(tx, event.body.user) });
    },
    state: ({ body }) => ({ key: `ban:${body.user}`, set: 'gone' }),
    show: async (_, { space, body }) => [
      {
        audience: { to: 'permission', space, permission: 'member.ban' },
        t: 'ban.removed',
        d: { space, user: body.user },
      },
    ],
  }),

  bindEvent({
    type: 'member.timeout',
    body: eventBodies['member.timeout'],
    changesAccess: true,
    async decide(tx, { actor, space = '', body }, now) {
      const standing = await requireStanding(tx, space, actor, now);
      const rank = await requireRankOf(tx, standing, body.user);
      requirePermission(standing, 'member.timeout');
      requireAbove(standing, rank);
      if (body.until !== null && (body.until <= now || body.until > now + limits.timeoutMs)) {
        throw new Refusal('invalid_body', { path: '/until', expected: 'a time in the next 28 days' });
      }
      return undefined;
    },
    async apply(tx, event) {
      const { user, until, reason } = event.body;
      await tx.run(setTimeoutOf, { space: event.space, user, timeout: until });
      await recordAudit(tx, event, { target: user, targetName: await nameOf(tx, user), changes: { until }, reason });
    },
    state: ({ body }) => ({ key: `member:${body.user}`, set: 'more' }),
    show: (reader, event) => showMember(reader, event.space, event.body.user, 'member.updated'),
  }),
];

async function nameOf(reader: Reader, user: string): Promise<string> {
  return (await userSummaryOf(reader, user)).display_name;
}
