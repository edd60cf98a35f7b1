import type { Database } from '../../storage/database.ts';
import type { Received } from '../../streams/followed-log.ts';
import { checkState } from './fetch-state.ts';
import { isMember } from './follows-store.ts';
import type { PeerKeys } from './peer-keys.ts';
import type { HubQuestions } from './ports.ts';

/** Users that are asked for at once. */
const USERS = 100;

export interface ListedMembersParts {
  hub: string;
  questions: Pick<HubQuestions, 'users'>;
  keys: PeerKeys;
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
  const found: Received[] = [];
  for (let from = 0; from < unknown.length; from += USERS) {
    const page = await parts.questions.users(parts.hub, space, unknown.slice(from, from + USERS));
    found.push(...(await checkState(parts, { space, stream: '_' }, page)));
  }
  return found;
}

function listedBy(line: Received): string[] {
  if (line.kind !== 'event' || line.event.envelope.type !== 'member.update') return [];
  const { user, unlisted } = line.event.payload?.intent.body ?? {};
  return typeof user === 'string' && unlisted === false ? [user] : [];
}
