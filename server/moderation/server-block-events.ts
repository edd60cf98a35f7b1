import { eventBodies, type HubParts, hubParts } from '@folkmoot/protocol-spec/schemas/events.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { rankOf } from '@folkmoot/protocol-spec/schemas/permissions-of.ts';
import { Refusal } from '../base/errors.ts';
import { recordAudit } from '../spaces/audit-store.ts';
import { membersFrom, shownMembersFrom } from '../spaces/members-of-server.ts';
import { memberGone, removeMember, showGone } from '../spaces/membership.ts';
import { requirePermission, requireStanding, type Standing } from '../spaces/standing.ts';
import type { Reader } from '../storage/database.ts';
import { bindEvent, type EventBinding, nothingToDo } from '../streams/binding.ts';
import { blockedServers, deleteBlockedServer, findBlockedServer, insertBlockedServer } from './blocked-server-store.ts';

/** Members that one event removes; where there are more, the same deed is done again. */
export const REMOVED_AT_ONCE = 200;

export const serverBlockEvents: EventBinding[] = [
  bindEvent<(typeof eventBodies)['server.block'], HubParts['server.block']>({
    type: 'server.block',
    body: eventBodies['server.block'],
    hub: hubParts['server.block'],
    changesAccess: true,
    async decide(tx, { actor, space = '', body: { server } }, now) {
      const standing = await requireStanding(tx, space, actor, now);
      requirePermission(standing, 'member.ban');
      if (standing.space.kind !== 'community' || server === standing.space.hub) throw new Refusal('forbidden');
      await requireAboveAll(tx, standing, server);
      // Of those whom other homeservers do not know the log tells apart.
      const users = await shownMembersFrom(tx, { space, server }, REMOVED_AT_ONCE);
      const blocked = await tx.all(blockedServers, { space });
      if (blocked.some((row) => row.server === server)) return users.length === 0 ? nothingToDo : { hub: { users } };
      if (blocked.length >= limits.blockedServersPerSpace)
        throw new Refusal('limit_reached', { limit: limits.blockedServersPerSpace });
      return { hub: { users } };
    },
    async apply(tx, event) {
      const { space, stateOf, actor: by, ts, hub, body } = event;
      const { server, reason } = body;
      for (const user of hub.users)
        if (stateOf === undefined || stateOf === `member:${user}`) await removeMember(tx, event, user);
      if (stateOf?.startsWith('member:')) return;
      await tx.run(insertBlockedServer, { space, server, by, reason: reason ?? '', ts });
      await recordAudit(tx, event, { target: server, changes: { members: hub.users.length }, reason });
    },
    state: ({ body, hub }) => [...hub.users.flatMap(memberGone), { key: `block:${body.server}`, set: 'first' }],
    async show(reader, { space, hub }) {
      const shown = await Promise.all(hub.users.map((user) => showGone(reader, space, user)));
      return shown.flat();
    },
  }),

  bindEvent({
    type: 'server.unblock',
    body: eventBodies['server.unblock'],
    changesAccess: true,
    async decide(tx, { actor, space = '', body: { server } }, now) {
      requirePermission(await requireStanding(tx, space, actor, now), 'member.ban');
      if (!(await tx.get(findBlockedServer, { space, server }))) throw new Refusal('not_found');
      return undefined;
    },
    async apply(tx, event) {
      const { server } = event.body;
      await tx.run(deleteBlockedServer, { space: event.space, server });
      await recordAudit(tx, event, { target: server });
    },
    state: ({ body }) => ({ key: `block:${body.server}`, set: 'gone' }),
    show: async () => [],
  }),
];

/** Blocking a server removes all its members, so each of them has to stand below. */
async function requireAboveAll(reader: Reader, { space, roles, rank }: Standing, server: string): Promise<void> {
  for (const { user, roles: held } of await membersFrom(reader, { space: space.id, server }, [space.owner])) {
    const member = { user, roles: JSON.parse(held) as string[] };
    if (rankOf({ owner: space.owner, roles, member }) >= rank) throw new Refusal('rank_too_low');
  }
}
