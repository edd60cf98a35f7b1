import {
  banUser,
  kickMember,
  listAudit,
  listBans,
  timeOutMember,
  unbanUser,
} from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { Refusal } from '../base/errors.ts';
import type { Clock } from '../base/clock.ts';
import { bind, type Binding } from '../http/bind.ts';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';
import { findMember } from '../spaces/member-store.ts';
import { requirePermission, requireStanding } from '../spaces/standing.ts';
import type { Database } from '../storage/database.ts';
import { deedIn, type Deeds, done } from '../streams/deeds.ts';
import { auditPage } from './audit-page.ts';
import { blockedServerRoutes } from './blocked-server-routes.ts';
import type { ReportParts } from './report-parts.ts';
import { reportRoutes } from './report-routes.ts';
import { banOf, bansBefore } from './ban-store.ts';

export interface ModerationParts {
  database: Database;
  deeds: Deeds;
  clock: Clock;
  reports: ReportParts;
  /** Erases what somebody wrote in a space since a time, in the name of the actor. */
  purgeMessages(purge: { space: string; actor: string; user: string; since: number }): Promise<void>;
}

export function moderationRoutes({ database, deeds, clock, reports, purgeMessages }: ModerationParts): Binding[] {
  return [
    ...blockedServerRoutes({ database, deeds, clock }),
    ...reportRoutes(reports),

    bind(kickMember, ({ params: { space, user }, body, actor }) =>
      deeds.perform(deedIn(space, '_', actor.user, 'member.kick', { user, ...body }), done),
    ),

    bind(timeOutMember, ({ params: { space, user }, body, actor }) =>
      deeds.perform(deedIn(space, '_', actor.user, 'member.timeout', { user, ...body }), async (reader) => {
        const member = await findMember(reader, space, user);
        if (!member) throw new Refusal('not_found');
        return member;
      }),
    ),

    bind(banUser, async ({ params: { space, user }, body: { reason, purge_seconds }, actor }) => {
      const since = clock.now() - (purge_seconds ?? 0) * 1000;
      const banned = { user, ...(reason === undefined ? {} : { reason }) };
      await deeds.perform(deedIn(space, '_', actor.user, 'member.ban', banned), done);
      if (purge_seconds) await purgeMessages({ space, actor: actor.user, user, since });
    }),

    bind(unbanUser, ({ params: { space, user }, actor }) =>
      deeds.perform(deedIn(space, '_', actor.user, 'member.unban', { user }), done),
    ),

    bind(listBans, async ({ params: { space }, query, actor }) =>
      database.read(async (reader) => {
        requirePermission(await requireStanding(reader, space, actor.user, clock.now()), 'member.ban');
        const limit = query.limit ?? limits.defaultPageSize;
        const [ts, user] = decodeCursor(query.after, ['number', 'string']) ?? [Number.MAX_SAFE_INTEGER, ''];
        const rows = await reader.all(bansBefore, { space, ts, user, limit });
        const bans = [];
        for (const row of rows) bans.push(await banOf(reader, row));
        const last = rows.at(-1);
        return { bans, next: last && rows.length === limit ? encodeCursor([last.ts, last.user]) : null };
      }),
    ),

    bind(listAudit, async ({ params: { space }, query, actor }) =>
      database.read(async (reader) => {
        requirePermission(await requireStanding(reader, space, actor.user, clock.now()), 'audit.view');
        return auditPage(reader, space, query);
      }),
    ),
  ];
}
