import type { UserSummary } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { Refusal } from '../base/errors.ts';
import type { Reader } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';

export const findUserSummary = query<{ id: string }>()((p) =>
  sql.selectFrom('users').select(['id', 'handle', 'display_name']).where('id', '=', p.id),
);

/** How a user is named; one that is not known here has only its id. */
export async function userSummaryOf(reader: Reader, user: string): Promise<UserSummary> {
  return (await reader.get(findUserSummary, { id: user })) ?? { id: user, handle: null, display_name: 'Unknown user' };
}

/** Throws `session_ended` for an account that was deleted while its request waited for its turn. */
export async function requireAccount(reader: Reader, user: string): Promise<void> {
  if ((await userSummaryOf(reader, user)).handle === null) throw new Refusal('session_ended');
}
