import type { PresenceSetting } from '@folkmoot/protocol-spec/schemas/people.ts';
import type { Reader } from '../storage/database.ts';
import { findUser } from './account-store.ts';

/** What a user chose to be seen as; undefined for one that is not here. */
export async function presenceSetting(reader: Reader, user: string): Promise<PresenceSetting | undefined> {
  const row = await reader.get(findUser, { id: user });
  return row && { status: row.status, text: row.status_text };
}
