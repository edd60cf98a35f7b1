import * as endpoints from '@folkmoot/protocol-spec/schemas/client/reports.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { Report, ReportReason } from '@folkmoot/protocol-spec/schemas/moderation.ts';
import { userSummaryOf } from '../accounts/user-summary.ts';
import { bind, type Binding } from '../http/bind.ts';
import { findChannelRow } from '../spaces/space-store.ts';
import { requirePermission, requireStanding, type Standing, standingIn } from '../spaces/standing.ts';
import type { Reader } from '../storage/database.ts';
import { reportsChanged } from './keep-report.ts';
import { reportMessage, reportUser } from './make-report.ts';
import type { ReportParts } from './report-parts.ts';
import { closeReportRow, findReport, openReportsOfSpace, type ReportRow } from './report-store.ts';
import { saidIn } from './said-in.ts';

export function reportRoutes(parts: ReportParts): Binding[] {
  const { database, commit, clock, signals } = parts;
  const moderator = async (reader: Reader, space: string, user: string): Promise<Standing> => {
    const standing = await requireStanding(reader, space, user, clock.now());
    requirePermission(standing, 'member.ban');
    return standing;
  };
  /** What somebody may not see, they do not read in a report either. */
  const maySee = async (reader: Reader, standing: Standing, { stream }: ReportRow): Promise<boolean> => {
    if (stream === null) return true;
    const row = await reader.get(findChannelRow, { space: standing.space.id, channel: stream });
    return row !== undefined && standingIn(standing, row, clock.now()) !== undefined;
  };

  return [
    bind(endpoints.reportMessage, ({ params, body, actor }) => reportMessage(parts, actor.user, params, body)),

    bind(endpoints.reportUser, ({ params, body, actor }) => reportUser(parts, actor.user, params.user, body)),

    bind(endpoints.listReports, ({ params: { space }, actor }) =>
      database.read(async (reader) => {
        const standing = await moderator(reader, space, actor.user);
        const rows = await reader.all(openReportsOfSpace, { space, limit: limits.openReportsPerSpace });
        const seen: ReportRow[] = [];
        for (const row of rows) {
          if (seen.length > limits.pageSize) break;
          if (await maySee(reader, standing, row)) seen.push(row);
        }
        const reports = [];
        for (const row of seen.slice(0, limits.pageSize)) reports.push(await reportOf(reader, row));
        return { reports, kept_at: standing.space.hub, more: seen.length > limits.pageSize };
      }),
    ),

    bind(endpoints.closeReport, async ({ params: { space, report: id }, body: { outcome }, actor }) => {
      const closed = await commit(async (tx) => {
        const standing = await moderator(tx, space, actor.user);
        const row = await tx.get(findReport, { id, list: 'moderators' });
        if (row?.space !== space || !(await maySee(tx, standing, row))) return 0;
        const by = { closed: clock.now(), closed_by: actor.user, outcome };
        return tx.run(closeReportRow, { id, list: 'moderators', ...by });
      });
      if (closed > 0) signals.send(reportsChanged(space));
    }),
  ];
}

async function reportOf(reader: Reader, row: ReportRow): Promise<Report> {
  return {
    id: row.id,
    user: await userSummaryOf(reader, row.user),
    reasons: JSON.parse(row.reasons) as ReportReason[],
    text: row.text,
    ts: row.ts,
    from: row.origin === '' ? null : row.origin,
    channel: row.stream,
    message: row.message,
    said: saidIn(row),
  };
}
