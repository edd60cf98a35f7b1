import { findUser, type UserRow } from '../accounts/account-store.ts';
import { Refusal } from '../base/errors.ts';
import type { Reader } from '../storage/database.ts';

/** Home of a user of another homeserver; undefined for one of this. Throws `not_found` for an unknown or deleted user. */
export async function homeOf(reader: Reader, user: string): Promise<string | undefined> {
  return (await requireKnown(reader, user)).home ?? undefined;
}

async function requireKnown(reader: Reader, user: string): Promise<UserRow> {
  const row = await reader.get(findUser, { id: user });
  if (row === undefined || row.state === 'deleted') throw new Refusal('not_found');
  return row;
}
