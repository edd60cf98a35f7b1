import type { Database } from '../../storage/database.ts';
import type { Received } from '../../streams/followed-log.ts';
import { fetchUsers, type FetchUsersParts } from './fetch-users.ts';
import { isMember } from './follows-store.ts';

export interface ListedMembersParts extends FetchUsersParts {
  database: Pick<Database, 'read'>;
}

/** What the hub says about members who are on the lists with one of these lines, and of whom nothing was told here before. [UNL-7] */
export async function linesOfListed(
  parts: ListedMembersParts,
  space: string,
  lines: readonly Received[],
): Promise<Received[]> {
  const listed = new Set(lines.flatMap(listedBy));
  if (listed.size === 0) return [];
  const unknown = await parts.database.read(async (reader) => {
    const found: string[] = [];
    for (const user of listed) if (!(await reader.get(isMember, { space, user }))) found.push(user);
    return found;
  });
  return fetchUsers(parts, space, unknown);
}

function listedBy(line: Received): string[] {
  if (line.kind !== 'event' || line.event.envelope.type !== 'member.update') return [];
  const { user, unlisted } = line.event.payload?.intent.body ?? {};
  return typeof user === 'string' && unlisted === false ? [user] : [];
}
