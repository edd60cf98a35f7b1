import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { findChannelRow } from '../spaces/space-store.ts';
import { requirePermission, requireStanding, type Standing, standingIn } from '../spaces/standing.ts';
import type { Reader, Writer } from '../storage/database.ts';
import { closeReportRow, findReport, openReportsOfSpace, type ReportRow } from './report-store.ts';

/** Throws `not_found` and `missing_permission`. */
export async function requireModerator(reader: Reader, space: string, user: string, now: number): Promise<Standing> {
  const standing = await requireStanding(reader, space, user, now);
  requirePermission(standing, 'member.ban');
  return standing;
}

/** The open reports that a moderator may read, of a space of this homeserver, the newest first. [RPT-4] */
export async function openReportsFor(
  reader: Reader,
  standing: Standing,
  now: number,
): Promise<{ rows: ReportRow[]; more: boolean }> {
  const { id: space } = standing.space;
  const rows: ReportRow[] = [];
  for (const row of await reader.all(openReportsOfSpace, { space, limit: limits.openReportsPerSpace })) {
    if (rows.length > limits.pageSize) break;
    if (await maySee(reader, standing, row, now)) rows.push(row);
  }
  return { rows: rows.slice(0, limits.pageSize), more: rows.length > limits.pageSize };
}

/** False where there is none that is open. [RPT-5] */
export async function closeReportFor(
  tx: Writer,
  standing: Standing,
  { report: id, outcome }: { report: string; outcome: 'resolved' | 'dismissed' },
  now: number,
): Promise<boolean> {
  const row = await tx.get(findReport, { id, list: 'moderators' });
  if (row?.space !== standing.space.id || !(await maySee(tx, standing, row, now))) return false;
  const by = { closed: now, closed_by: standing.user, outcome };
  return (await tx.run(closeReportRow, { id, list: 'moderators', ...by })) > 0;
}

/** What somebody may not see, they do not read in a report either. */
async function maySee(reader: Reader, standing: Standing, { stream }: ReportRow, now: number): Promise<boolean> {
  if (stream === null) return true;
  const row = await reader.get(findChannelRow, { space: standing.space.id, channel: stream });
  return row !== undefined && standingIn(standing, row, now) !== undefined;
}
