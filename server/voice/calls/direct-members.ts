import type { Reader } from '../../storage/database.ts';
import { query, sql } from '../../storage/query.ts';

const members = query<{ space: string }>()((p) =>
  sql.selectFrom('members').select('user').where('space', '=', p.space).orderBy('user').limit(20),
);
const blockers = query<{ user: string }>()((p) =>
  sql.selectFrom('relationships').select('user').where('other', '=', p.user).where('kind', '=', 'blocked'),
);
const direct = query<{ space: string }>()((p) =>
  sql.selectFrom('spaces').select('kind').where('id', '=', p.space).where('kind', '!=', 'community'),
);

export async function membersOf(reader: Reader, space: string): Promise<string[]> {
  return (await reader.all(members, { space })).map(({ user }) => user);
}

/** Users of this homeserver who block somebody. */
export async function blockersOf(reader: Reader, user: string): Promise<Set<string>> {
  return new Set((await reader.all(blockers, { user })).map((row) => row.user));
}

/** Whether a space is a direct message or group. */
export async function isDirect(reader: Reader, space: string): Promise<boolean> {
  return (await reader.get(direct, { space })) !== undefined;
}
