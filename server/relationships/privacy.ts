import type { Privacy } from '@folkmoot/protocol-spec/schemas/people.ts';
import type { Reader, Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { PeopleParts } from './parts.ts';
import { isFriend } from './relationship-store.ts';

const findPrivacy = query<{ user: string }>()((p) =>
  sql.selectFrom('privacy').select(['found_by', 'requests_from']).where('user', '=', p.user),
);
const putPrivacy = query<Privacy & { user: string }>()((p) =>
  sql
    .insertInto('privacy')
    .values({ user: p.user, found_by: p.found_by, requests_from: p.requests_from })
    .onConflict((conflict) =>
      conflict.column('user').doUpdateSet({ found_by: p.found_by, requests_from: p.requests_from }),
    ),
);

export async function privacyOf(reader: Reader, user: string): Promise<Privacy> {
  return (await reader.get(findPrivacy, { user })) ?? { found_by: 'everyone', requests_from: 'everyone' };
}

export async function setPrivacyOf(tx: Writer, user: string, privacy: Privacy): Promise<void> {
  await tx.run(putPrivacy, { user, ...privacy });
}

/** Whether a user lets another one find them, or reach them. [REL-7] */
export async function admits(
  { spaces }: Pick<PeopleParts, 'spaces'>,
  reader: Reader,
  user: string,
  what: keyof Privacy,
  other: string,
): Promise<boolean> {
  const whom = (await privacyOf(reader, user))[what];
  if (whom === 'everyone' || user === other) return true;
  if (whom === 'nobody') return false;
  return (await isFriend(reader, user, other)) || (await spaces.sharesSpace(reader, user, other));
}
