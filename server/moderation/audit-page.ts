import { formatPosition } from '@folkmoot/protocol-spec/schemas/ids.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { AuditEntry } from '@folkmoot/protocol-spec/schemas/moderation.ts';
import { userSummaryOf } from '../accounts/user-summary.ts';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';
import type { Reader } from '../storage/database.ts';
import { sql } from '../storage/query.ts';
import type { Tables } from '../storage/tables.ts';

export interface AuditFilter {
  after?: string;
  limit?: number;
  actor?: string;
  type?: string;
  target?: string;
}

/** A page of the audit log, newest first. */
export async function auditPage(
  reader: Reader,
  space: string,
  filter: AuditFilter,
): Promise<{ entries: AuditEntry[]; next: string | null }> {
  const limit = filter.limit ?? limits.defaultPageSize;
  const [before] = decodeCursor(filter.after, ['number']) ?? [Number.MAX_SAFE_INTEGER];
  let page = sql.selectFrom('audit').selectAll().where('space', '=', space).where('pos', '<', before);
  if (filter.actor !== undefined) page = page.where('actor', '=', filter.actor);
  if (filter.type !== undefined) page = page.where('type', '=', filter.type);
  if (filter.target !== undefined) page = page.where('target', '=', filter.target);
  const rows = await reader.select(page.orderBy('pos', 'desc').limit(limit));
  const entries: AuditEntry[] = [];
  for (const row of rows) entries.push(await entryOf(reader, row));
  const last = rows.at(-1);
  return { entries, next: last && rows.length === limit ? encodeCursor([last.pos]) : null };
}

async function entryOf(reader: Reader, row: Tables['audit']): Promise<AuditEntry> {
  return {
    id: `${row.stream}:${formatPosition(row)}`,
    type: row.type,
    actor: await userSummaryOf(reader, row.actor),
    target: row.target,
    target_name: row.target_name,
    changes: JSON.parse(row.changes) as Record<string, unknown>,
    reason: row.reason,
    ts: row.ts,
  };
}
