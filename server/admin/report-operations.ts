import { Type } from 'typebox';
import { findUser } from '../accounts/account-store.ts';
import { closeOldReports } from '../moderation/keep-report.ts';
import { closeReportRow, findReport, type ReportRow, reportsForAdmins } from '../moderation/report-store.ts';
import { saidIn } from '../moderation/said-in.ts';
import type { Reader } from '../storage/database.ts';
import { changes, OperationError, reads } from './operation.ts';
import { Limit, PAGE, strict } from './schemas.ts';

const Id = Type.String({ minLength: 1, maxLength: 64 });

/** What people reported, here and at other homeservers, the newest first. */
export const listReports = reads(
  Type.Object({ all: Type.Optional(Type.Boolean()), limit: Type.Optional(Limit) }, strict),
  async ({ database, committer, clock }, { all = false, limit = PAGE }) => {
    if (committer.readOnly === undefined) await committer.commit((tx) => closeOldReports(tx, clock.now()));
    return database.read(async (reader) => {
      const reports = [];
      for (const row of await reader.all(reportsForAdmins, { limit, all: Number(all) }))
        reports.push(await shown(reader, row));
      return { reports };
    });
  },
);

export const showReport = reads(Type.Object({ report: Id }, strict), ({ database }, { report }) =>
  database.read(async (reader) => {
    const row = await reader.get(findReport, { id: report, list: 'admins' });
    if (!row) throw notFound(report);
    return shown(reader, row);
  }),
);

/** Asked twice it changes nothing the second time, and says so. */
export const resolveReport = changes(
  Type.Object({ report: Id, dismiss: Type.Optional(Type.Boolean()) }, strict),
  async ({ committer, clock }, { report, dismiss = false }) =>
    committer.commit(async (tx) => {
      if (!(await tx.get(findReport, { id: report, list: 'admins' }))) throw notFound(report);
      const outcome = dismiss ? ('dismissed' as const) : ('resolved' as const);
      const by = { closed: clock.now(), closed_by: null, outcome };
      return { report, changed: (await tx.run(closeReportRow, { id: report, list: 'admins', ...by })) > 0 };
    }),
);

async function shown(reader: Reader, row: ReportRow) {
  const { list: _list, reasons, lines, ...rest } = row;
  const nameOf = async (user: string) => {
    const found = await reader.get(findUser, { id: user });
    if (!found || found.handle === null) return null;
    return found.home === null ? found.handle : `${found.handle}@${found.home}`;
  };
  return {
    ...rest,
    reasons: JSON.parse(reasons) as string[],
    handle: await nameOf(row.user),
    reporter: row.reporter === null ? null : ((await nameOf(row.reporter)) ?? row.reporter),
    said: saidIn(row.lines),
    lines: JSON.parse(lines) as string[],
  };
}

const notFound = (report: string) => new OperationError('not_found', `There is no report ${report}.`);
