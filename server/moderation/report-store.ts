import { query, sql } from '../storage/query.ts';
import type { Tables } from '../storage/tables.ts';

export type ReportRow = Tables['reports'];

type ReportList = ReportRow['list'];

export const insertReport = query<Omit<ReportRow, 'closed' | 'closed_by' | 'outcome'>>()((p) =>
  sql
    .insertInto('reports')
    .values({
      id: p.id,
      list: p.list,
      origin: p.origin,
      letter: p.letter,
      reporter: p.reporter,
      user: p.user,
      space: p.space,
      hub: p.hub,
      stream: p.stream,
      message: p.message,
      reasons: p.reasons,
      text: p.text,
      lines: p.lines,
      ts: p.ts,
    })
    .onConflict((conflict) => conflict.doNothing()),
);

/** What the same user reported before, about the same thing. `space` and `place` are empty where there is none. */
export const openReportBy = query<{ reporter: string; user: string; space: string; place: string }>()((p) =>
  sql
    .selectFrom('reports')
    .select('id')
    .where('reporter', '=', p.reporter)
    .where('user', '=', p.user)
    .where(({ eb, fn, val }) => eb(fn.coalesce('space', val('')), '=', p.space))
    .where(sql<boolean>`coalesce(stream, '') || coalesce(message, '') = ${p.place}`)
    .where('closed', 'is', null)
    .limit(1),
);

export const openReportsOfSpace = query<{ space: string; limit: number }>()((p) =>
  sql
    .selectFrom('reports')
    .selectAll()
    .where('space', '=', p.space)
    .where('list', '=', 'moderators')
    .where('closed', 'is', null)
    .orderBy('ts', 'desc')
    .orderBy('id')
    .limit(p.limit),
);

export const openOfOrigin = query<{ origin: string }>()((p) =>
  sql
    .selectFrom('reports')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('origin', '=', p.origin)
    .where('closed', 'is', null),
);

export const openOfSpace = query<{ space: string }>()((p) =>
  sql
    .selectFrom('reports')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('space', '=', p.space)
    .where('list', '=', 'moderators')
    .where('closed', 'is', null),
);

export const reportsForAdmins = query<{ limit: number; all: number }>()((p) =>
  sql
    .selectFrom('reports')
    .selectAll()
    .where('list', '=', 'admins')
    .where(sql<boolean>`(closed is null or 1 = ${p.all})`)
    .orderBy('ts', 'desc')
    .orderBy('id')
    .limit(p.limit),
);

export const findReport = query<{ id: string; list: ReportList }>()((p) =>
  sql.selectFrom('reports').selectAll().where('id', '=', p.id).where('list', '=', p.list),
);

/** Its evidence goes with it. [RPT-7] */
export const closeReportRow = query<{
  id: string;
  list: ReportList;
  closed: number;
  closed_by: string | null;
  outcome: 'resolved' | 'dismissed';
}>()((p) =>
  sql
    .updateTable('reports')
    .set({ closed: p.closed, closed_by: p.closed_by, outcome: p.outcome, lines: '[]', text: '' })
    .where('id', '=', p.id)
    .where('list', '=', p.list)
    .where('closed', 'is', null),
);

export const expireReports = query<{ before: number; now: number }>()((p) =>
  sql
    .updateTable('reports')
    .set({ closed: p.now, outcome: 'expired', lines: '[]', text: '' })
    .where('ts', '<', p.before)
    .where('closed', 'is', null),
);
