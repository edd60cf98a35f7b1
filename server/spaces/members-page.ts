import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { Member } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { summaryColumns } from '../accounts/user-summary.ts';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';
import type { Reader } from '../storage/database.ts';
import { sql } from '../storage/query.ts';
import { memberColumns, memberOf, sortNameOf } from './member-store.ts';
import { listing } from './unlisted.ts';

export interface MembersFilter {
  after?: string;
  limit?: number;
  query?: string;
  role?: string;
}

/** Who asks, and whether they see unlisted members. */
export interface MembersViewer {
  user: string;
  seesAll: boolean;
}

/** A page of the member list: the highest hoisted roles first, then by name; costs the same in a large community. [MEM-1] */
export async function membersPage(
  reader: Reader,
  space: string,
  filter: MembersFilter,
  { user: viewer, seesAll }: MembersViewer,
): Promise<{ members: Member[]; next: string | null }> {
  const limit = filter.limit ?? limits.defaultPageSize;
  const after = decodeCursor(filter.after, ['number', 'string', 'string']);
  let page = sql
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user')
    .select(summaryColumns)
    .select(memberColumns)
    .select(['members.sort_rank', 'members.sort_name'])
    .where('members.space', '=', space);
  if (!seesAll)
    page = page.where(({ eb, or }) =>
      or([eb('members.unlisted', '=', listing.listed), eb('members.user', '=', viewer)]),
    );
  if (after) {
    const [rank, name, user] = after;
    page = page.where(({ eb, or, and }) =>
      or([
        eb('members.sort_rank', '<', rank),
        and([eb('members.sort_rank', '=', rank), sql<boolean>`(members.sort_name, members.user) > (${name}, ${user})`]),
      ]),
    );
  }
  if (filter.query !== undefined) {
    const start = sortNameOf(filter.query.trim());
    const end = `${start}\u{10ffff}`;
    // Each by its own index, so that the members are gone through without looking up the user of each.
    const byHandle = sql.selectFrom('users').select('id').where('handle', '>=', start).where('handle', '<', end);
    const byName = sql
      .selectFrom('users')
      .select('id')
      .where(sql<boolean>`lower(display_name) >= ${start} and lower(display_name) < ${end}`);
    page = page.where(({ eb, or, and }) =>
      or([
        and([eb('members.sort_name', '>=', start), eb('members.sort_name', '<', end)]),
        eb('members.user', 'in', byHandle),
        eb('members.user', 'in', byName),
      ]),
    );
  }
  if (filter.role !== undefined && filter.role !== 'everyone')
    page = page.where('members.roles', 'like', `%"${filter.role}"%`);
  const rows = await reader.select(
    page.orderBy('members.sort_rank', 'desc').orderBy('members.sort_name').orderBy('members.user').limit(limit),
  );
  const last = rows.at(-1);
  const next = last && rows.length === limit ? encodeCursor([last.sort_rank, last.sort_name, last.id]) : null;
  return { members: rows.map(memberOf), next };
}
