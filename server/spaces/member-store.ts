import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { Member } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { summaryColumns, summaryOf, type SummaryRow } from '../accounts/user-summary.ts';
import type { Reader, Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import { findRoleRow } from './space-store.ts';

type OfMember = { space: string; user: string };

export const findMemberRow = query<OfMember>()((p) =>
  sql.selectFrom('members').selectAll().where('space', '=', p.space).where('user', '=', p.user),
);

/** Beside those of the user, what a member is made of. */
export const memberColumns = [
  'members.nick',
  'members.roles',
  'members.joined',
  'members.timeout',
  'members.unlisted',
] as const;

const memberWithUser = query<OfMember>()((p) =>
  sql
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user')
    .select(summaryColumns)
    .select(memberColumns)
    .where('members.space', '=', p.space)
    .where('members.user', '=', p.user),
);

const homeOf = (user: string) => sql<string | null>`(select home from users where id = ${user})`;
export const insertMember = query<
  OfMember & {
    roles: string;
    joined: number;
    timeout: number | null;
    sort_rank: number;
    sort_name: string;
    unlisted: number;
  }
>()((p) =>
  sql
    .insertInto('members')
    .values({
      space: p.space,
      user: p.user,
      nick: null,
      roles: p.roles,
      joined: p.joined,
      timeout: p.timeout,
      sort_rank: p.sort_rank,
      sort_name: p.sort_name,
      unlisted: p.unlisted,
      home: homeOf(p.user),
    })
    .onConflict((conflict) =>
      conflict.columns(['space', 'user']).doUpdateSet({
        nick: null,
        roles: p.roles,
        joined: p.joined,
        timeout: p.timeout,
        sort_rank: p.sort_rank,
        sort_name: p.sort_name,
        unlisted: p.unlisted,
        home: homeOf(p.user),
      }),
    ),
);
export const deleteMember = query<OfMember>()((p) =>
  sql.deleteFrom('members').where('space', '=', p.space).where('user', '=', p.user),
);
export const changeMemberCount = query<{ space: string; by: number }>()((p) =>
  sql
    .updateTable('spaces')
    .set({ member_count: sql<number>`member_count + ${p.by}` })
    .where('id', '=', p.space),
);
/** What the hub says: a follower does not know all members. */
export const setMemberCount = query<{ space: string; count: number }>()((p) =>
  sql.updateTable('spaces').set({ member_count: p.count }).where('id', '=', p.space),
);
export const setTimeoutOf = query<OfMember & { timeout: number | null }>()((p) =>
  sql.updateTable('members').set({ timeout: p.timeout }).where('space', '=', p.space).where('user', '=', p.user),
);
export const setRolesOf = query<OfMember & { roles: string; sort_rank: number }>()((p) =>
  sql
    .updateTable('members')
    .set({ roles: p.roles, sort_rank: p.sort_rank })
    .where('space', '=', p.space)
    .where('user', '=', p.user),
);
export const setNickOf = query<OfMember & { nick: string | null; sort_name: string }>()((p) =>
  sql
    .updateTable('members')
    .set({ nick: p.nick, sort_name: p.sort_name })
    .where('space', '=', p.space)
    .where('user', '=', p.user),
);
const renameInMemberLists = query<{ user: string; sort_name: string }>()((p) =>
  sql.updateTable('members').set({ sort_name: p.sort_name }).where('user', '=', p.user).where('nick', 'is', null),
);
const membersWithRole = query<{ space: string; pattern: string }>()((p) =>
  sql.selectFrom('members').select(['user', 'roles']).where('space', '=', p.space).where('roles', 'like', p.pattern),
);
export interface MemberRow extends SummaryRow {
  nick: string | null;
  roles: string;
  joined: number;
  timeout: number | null;
  unlisted: number;
}

export function memberOf(row: MemberRow): Member {
  return {
    user: summaryOf(row),
    nick: row.nick,
    roles: JSON.parse(row.roles) as string[],
    joined: row.joined,
    timeout: row.timeout,
    ...(row.unlisted > 0 ? { unlisted: true as const } : {}),
  };
}

export async function findMember(reader: Reader, space: string, user: string): Promise<Member | undefined> {
  const row = await reader.get(memberWithUser, { space, user });
  return row && memberOf(row);
}

/** Puts somebody with a new display name in the right place of member lists. */
export async function renameMember(tx: Writer, user: string, displayName: string): Promise<void> {
  await tx.run(renameInMemberLists, { user, sort_name: sortNameOf(displayName) });
}

/** Names as the member list sorts them. Folding can make a name 18 times as long, and a cursor has to carry it. */
export const sortNameOf = (name: string) =>
  Array.from(name.normalize('NFKC').toLowerCase()).slice(0, limits.nameLength).join('');

/** Rank of the highest role that stands out in the member list. */
export async function sortRankOf(reader: Reader, space: string, roles: readonly string[]): Promise<number> {
  let rank = 0;
  for (const role of roles) {
    const row = await reader.get(findRoleRow, { space, role });
    if (row?.hoist) rank = Math.max(rank, row.rank);
  }
  return rank;
}

/** Members that one statement changes. */
const TOGETHER = 500;

/** Brings the order of the member list up to date after a role has changed or gone; those with the same roles together, for there can be very many. */
export async function resortHolders(tx: Writer, space: string, role: string, without: boolean): Promise<void> {
  const holders = await tx.all(membersWithRole, { space, pattern: `%"${role}"%` });
  for (const [before, alike] of Map.groupBy(holders, (holder) => holder.roles)) {
    const held = (JSON.parse(before) as string[]).filter((other) => !without || other !== role);
    const sorted = { roles: JSON.stringify(held), sort_rank: await sortRankOf(tx, space, held) };
    for (let from = 0; from < alike.length; from += TOGETHER) {
      const users = alike.slice(from, from + TOGETHER).map(({ user }) => user);
      await tx.execute(sql.updateTable('members').set(sorted).where('space', '=', space).where('user', 'in', users));
    }
  }
}
