import { blockedBy } from '../relationships/blocks.ts';
import type { Standing } from '../spaces/standing.ts';
import type { Reader } from '../storage/database.ts';

/** Whose messages a reader does not get: whom they block, in direct messages and groups. Undefined where that is nobody. [REL-6] */
export async function hiddenAuthors(
  reader: Reader,
  { space, user }: Pick<Standing, 'space' | 'user'>,
): Promise<ReadonlySet<string> | undefined> {
  if (space.kind === 'community') return undefined;
  const blocked = await blockedBy(reader, user);
  return blocked.size === 0 ? undefined : blocked;
}
