import type { Received } from '../../streams/followed-log.ts';
import { checkState } from './fetch-state.ts';
import type { PeerKeys } from './peer-keys.ts';
import type { HubQuestions } from './ports.ts';

export interface FetchUsersParts {
  hub: string;
  questions: Pick<HubQuestions, 'users'>;
  keys: PeerKeys;
}

const AT_ONCE = 100;

/** What the hub says about users in a space. Throws BadState and what the question throws. */
export async function fetchUsers(parts: FetchUsersParts, space: string, users: readonly string[]): Promise<Received[]> {
  const lines: Received[] = [];
  for (let from = 0; from < users.length; from += AT_ONCE) {
    const page = await parts.questions.users(parts.hub, space, users.slice(from, from + AT_ONCE));
    lines.push(...(await checkState(parts, { space, stream: '_' }, page)));
  }
  return lines;
}
