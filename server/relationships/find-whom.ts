import type { User } from '@folkmoot/protocol-spec/schemas/people.ts';
import { findUserByHandle, profileOf } from '../accounts/account-store.ts';
import { Refusal } from '../base/errors.ts';
import type { Reader } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { PeopleParts } from './parts.ts';
import { admits } from './privacy.ts';
import { findRelationship } from './relationship-store.ts';
import { openFrom } from './request-store.ts';

const findLookedUp = query<{ user: string; other: string }>()((p) =>
  sql.selectFrom('looked_up').select('ts').where('user', '=', p.user).where('other', '=', p.other),
);
const putLookedUp = query<{ user: string; other: string; ts: number }>()((p) =>
  sql
    .insertInto('looked_up')
    .values({ user: p.user, other: p.other, ts: p.ts })
    .onConflict((conflict) => conflict.columns(['user', 'other']).doUpdateSet({ ts: p.ts })),
);

/** Who has a handle, as far as the user may know. Throws `not_found`, the same for nobody and for nobody to be found, and `rate_limited`. [REL-8] */
export async function lookUp(parts: PeopleParts, user: string, address: string): Promise<User> {
  const { commit, database, clock, serverName, elsewhere, limiter } = parts;
  // Here, because handles are looked up on the way to other things too.
  const { ok, retry_ms } = limiter.take('lookup', user);
  if (!ok) throw new Refusal('rate_limited', { retry: retry_ms });
  const at = address.indexOf('@');
  const [handle, server] = at < 0 ? [address, serverName] : [address.slice(0, at), address.slice(at + 1)];
  const found =
    server === serverName
      ? await database.read((reader) => findHere(parts, reader, user, handle))
      : await elsewhere.lookUp(user, handle, server);
  await commit((tx) => tx.run(putLookedUp, { user, other: found.id, ts: clock.now() }));
  return found;
}

/** Profile of a user of this homeserver, for whoever is let to find them. Throws `not_found`. */
async function findHere(
  parts: Pick<PeopleParts, 'spaces' | 'serverName'>,
  reader: Reader,
  asking: string,
  handle: string,
): Promise<User> {
  const row = await reader.get(findUserByHandle, { handle });
  if (!row || !(await admits(parts, reader, row.id, 'found_by', asking))) throw new Refusal('not_found');
  return profileOf(row, parts.serverName);
}

/** The id of somebody named by id or handle. Throws `not_found` for an id that the user cannot have from here. [REL-9] */
export async function requireWhom(parts: PeopleParts, user: string, whom: string): Promise<string> {
  if (!/^u_[a-z2-7]{32}$/.test(whom)) return (await lookUp(parts, user, whom)).id;
  const isKnown = await parts.database.read((reader) => mayName(parts, reader, user, whom));
  if (!isKnown) throw new Refusal('not_found');
  return whom;
}

async function mayName({ spaces }: PeopleParts, reader: Reader, user: string, other: string): Promise<boolean> {
  const pair = { user, other };
  return (
    user === other ||
    (await reader.get(findRelationship, pair)) !== undefined ||
    (await reader.get(findLookedUp, pair)) !== undefined ||
    (await reader.get(openFrom, { user, sender: other })) !== undefined ||
    (await spaces.sharesSpace(reader, user, other))
  );
}
