import * as endpoints from '@folkmoot/protocol-spec/schemas/client/reports.ts';
import type { Report, ReportReason } from '@folkmoot/protocol-spec/schemas/moderation.ts';
import { userSummaryOf } from '../accounts/user-summary.ts';
import { bind, type Binding } from '../http/bind.ts';
import type { Reader } from '../storage/database.ts';
import { reportsChanged } from './keep-report.ts';
import { reportMessage, reportUser } from './make-report.ts';
import { closeReportFor, openReportsFor, requireModerator } from './open-reports.ts';
import type { ReportParts } from './report-parts.ts';
import type { ReportRow } from './report-store.ts';
import { closeAtHub, listAtHub } from './reports-elsewhere.ts';
import { saidIn } from './said-in.ts';

export function reportRoutes(parts: ReportParts): Binding[] {
  const { database, commit, clock, signals, serverName: self } = parts;
  const hubFor = (space: string, user: string) =>
    database.read(async (reader) => (await requireModerator(reader, space, user, clock.now())).space.hub);

  return [
    bind(endpoints.reportMessage, ({ params, body, actor }) => reportMessage(parts, actor.user, params, body)),

    bind(endpoints.reportUser, ({ params, body, actor }) => reportUser(parts, actor.user, params.user, body)),

    bind(endpoints.listReports, async ({ params: { space }, actor: { user } }) => {
      const hub = await hubFor(space, user);
      if (hub !== self) return { ...(await listAtHub(parts, hub, { space, user })), kept_at: hub };
      return database.read(async (reader) => {
        const now = clock.now();
        const { rows, more } = await openReportsFor(reader, await requireModerator(reader, space, user, now), now);
        const reports = [];
        for (const row of rows) reports.push(await reportOf(reader, row));
        return { reports, kept_at: hub, more };
      });
    }),

    bind(endpoints.closeReport, async ({ params: { space, report }, body: { outcome }, actor: { user } }) => {
      const hub = await hubFor(space, user);
      if (hub !== self) return closeAtHub(parts, hub, { space, user, report, outcome });
      const isClosed = await commit(async (tx) => {
        const now = clock.now();
        const standing = await requireModerator(tx, space, user, now);
        return closeReportFor(tx, standing, { report, outcome }, now);
      });
      if (isClosed) signals.send(reportsChanged(space));
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
    said: saidIn(row.lines),
  };
}
