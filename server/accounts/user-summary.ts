import { nobody } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { UserSummary } from '@folkmoot/protocol-spec/schemas/people.ts';
import { Refusal } from '../base/errors.ts';
import type { Reader } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';

/** What a summary is made of; every select that names users takes these. */
export const summaryColumns = ['users.id', 'users.handle', 'users.display_name', 'users.home', 'users.bot'] as const;

export interface SummaryRow {
  id: string;
  handle: string | null;
  display_name: string;
  home: string | null;
  bot: number | null;
}

export const summaryOf = ({ id, handle, display_name, home, bot }: SummaryRow): UserSummary => ({
  id,
  handle,
  display_name,
  ...(home === null ? {} : { home }),
  ...(bot === 1 ? { bot: true as const } : {}),
});

const findSummary = query<{ id: string }>()((p) =>
  sql.selectFrom('users').select(summaryColumns).where('users.id', '=', p.id),
);

/** How a user is named; undefined for one that is not known here. */
export async function findUserSummary(reader: Reader, user: string): Promise<UserSummary | undefined> {
  const row = await reader.get(findSummary, { id: user });
  return row && summaryOf(row);
}

export const nameOfUnknown = (user: string) => (user === nobody ? 'Unattributed' : 'Unknown user');

/** How a user is named; one that is not known here has only its id. */
export async function userSummaryOf(reader: Reader, user: string): Promise<UserSummary> {
  return (await findUserSummary(reader, user)) ?? { id: user, handle: null, display_name: nameOfUnknown(user) };
}

/** Throws `session_ended` for an account that was deleted while its request waited for its turn. */
export async function requireAccount(reader: Reader, user: string): Promise<void> {
  if ((await userSummaryOf(reader, user)).handle === null) throw new Refusal('session_ended');
}
