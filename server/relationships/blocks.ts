import { nobody } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Reader } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import { findRelationship } from './relationship-store.ts';

const blockedByUser = query<{ user: string }>()((p) =>
  sql.selectFrom('relationships').select('other').where('user', '=', p.user).where('kind', '=', 'blocked'),
);
const blockersOfUser = query<{ other: string }>()((p) =>
  sql.selectFrom('relationships').select('user').where('other', '=', p.other).where('kind', '=', 'blocked'),
);

/** Whom a user blocks. */
async function blockedBy(reader: Reader, user: string): Promise<Set<string>> {
  return new Set((await reader.all(blockedByUser, { user })).map(({ other }) => other));
}

/**
 * Whose messages a user does not get in a direct message or group; undefined where that is nobody. What nobody answers for could be of the
 * one who is blocked, so it goes with it. [REL-6]
 */
export async function hiddenFrom(
  reader: Reader,
  kind: 'community' | 'dm' | 'group',
  user: string,
): Promise<ReadonlySet<string> | undefined> {
  if (kind === 'community') return undefined;
  const blocked = await blockedBy(reader, user);
  return blocked.size === 0 ? undefined : blocked.add(nobody);
}

/** Whom a user blocks, and who blocks the user: neither sees whether the other is there. [REL-6] */
export async function strangersTo(reader: Reader, user: string): Promise<Set<string>> {
  const strangers = await blockedBy(reader, user);
  for (const { user: blocker } of await reader.all(blockersOfUser, { other: user })) strangers.add(blocker);
  return strangers;
}

export async function isBlocked(reader: Reader, user: string, other: string): Promise<boolean> {
  return (await reader.get(findRelationship, { user, other }))?.kind === 'blocked';
}
