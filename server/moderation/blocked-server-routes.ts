import {
  blockServer,
  listBlockedServers,
  unblockServer,
} from '@folkmoot/protocol-spec/schemas/client/blocked-servers.ts';
import { userSummaryOf } from '../accounts/user-summary.ts';
import { bind, type Binding } from '../http/bind.ts';
import { requirePermission, requireStanding } from '../spaces/standing.ts';
import { deedIn, done } from '../streams/deeds.ts';
import { blockedServers } from './blocked-server-store.ts';
import type { ModerationParts } from './routes.ts';
import { REMOVED_AT_ONCE } from './server-block-events.ts';
import { newestMembersFrom } from '../spaces/members-of-server.ts';

export function blockedServerRoutes({
  database,
  deeds,
  clock,
}: Pick<ModerationParts, 'database' | 'deeds' | 'clock'>): Binding[] {
  return [
    bind(listBlockedServers, ({ params: { space }, actor }) =>
      database.read(async (reader) => {
        requirePermission(await requireStanding(reader, space, actor.user, clock.now()), 'member.ban');
        const servers = [];
        for (const { server, by, reason, ts } of await reader.all(blockedServers, { space }))
          servers.push({ server, by: await userSummaryOf(reader, by), reason, ts });
        return { servers };
      }),
    ),

    bind(blockServer, async ({ params: { space, server }, body, actor }) => {
      const left = async () => {
        const deed = deedIn(space, '_', actor.user, 'server.block', { server, ...body });
        return deeds.perform(deed, (reader) => newestMembersFrom(reader, { space, server }, REMOVED_AT_ONCE));
      };
      // In steps, so that others get their turn; a follower may know somebody whom the hub knows no more.
      for (let before = ''; ; ) {
        const users = (await left()).join();
        if (users === '' || users === before) return;
        before = users;
      }
    }),

    bind(unblockServer, ({ params: { space, server }, actor }) =>
      deeds.perform(deedIn(space, '_', actor.user, 'server.unblock', { server }), done),
    ),
  ];
}
