import type { Account, Session, User } from '@folkmoot/protocol-spec/schemas/people.ts';
import { Refusal } from '../base/errors.ts';
import type { Actor } from '../http/bind.ts';
import type { Reader } from '../storage/database.ts';
import { accountOf, findUser, profileOf, type UserRow } from './account-store.ts';
import type { AccountParts } from './parts.ts';
import { sessionOf, sessionsOfUser } from './session-store.ts';

/** The own account. */
export async function getAccount(
  { db, config, secrets }: Pick<AccountParts, 'db' | 'config' | 'secrets'>,
  user: string,
): Promise<Account> {
  const row = await db.read((reader) => reader.get(findUser, { id: user }));
  if (row === undefined) throw new Refusal('session_ended');
  return accountOf(row, config.server_name, secrets);
}

/** Profile of a friend, or of somebody one shares a space with; of anybody else it is not said whether they exist. [ACC-9] */
export async function getUser(
  { db, config, spaces }: Pick<AccountParts, 'db' | 'config' | 'spaces'>,
  actor: Actor,
  user: string,
): Promise<User> {
  const home = await db.read(async (reader) => (await requireSeen(reader)).home);
  if (home !== null) await spaces.refreshProfile(user, home);
  return db.read(async (reader) => profileOf(await requireSeen(reader), config.server_name));

  async function requireSeen(reader: Reader): Promise<UserRow> {
    const known = user === actor.user || (await spaces.isAcquainted(reader, actor.user, user));
    const row = known ? await reader.get(findUser, { id: user }) : undefined;
    if (row === undefined) throw new Refusal('not_found');
    return row;
  }
}

/** Sessions that have not ended, the one used last first. [ACC-4] */
export async function listSessions(
  { db, clock }: Pick<AccountParts, 'db' | 'clock'>,
  actor: Actor,
): Promise<{ sessions: Session[] }> {
  const rows = await db.read((reader) => reader.all(sessionsOfUser, { user: actor.user, now: clock.now() }));
  return { sessions: rows.map((row) => sessionOf(row, actor.session)) };
}
