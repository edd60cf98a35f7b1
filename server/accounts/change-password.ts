import { Refusal } from '../base/errors.ts';
import type { Actor } from '../http/bind.ts';
import { findUser, updatePassword, type UserRow } from './account-store.ts';
import type { AccountParts } from './parts.ts';
import { requireStrongPassword } from './passwords-policy.ts';
import { endOtherSessions } from './sessions.ts';

type Parts = Pick<AccountParts, 'db' | 'commit' | 'passwords' | 'signals'>;

/** Sets a new password and ends all other sessions. Throws Refusal `wrong_credentials` or `weak_password`. [ACC-7] */
export async function changePassword(parts: Parts, actor: Actor, current: string, password: string): Promise<void> {
  const { commit, passwords, signals } = parts;
  const user = await requirePassword(parts, actor.user, current);
  requireStrongPassword(password, user.handle ?? '');
  const hash = await passwords.hash(password);

  const ended = await commit(async (tx) => {
    const now = await tx.get(findUser, { id: user.id });
    if (now?.password !== user.password) throw new Refusal('wrong_credentials');
    await tx.run(updatePassword, { id: user.id, password: hash });
    return endOtherSessions(tx, user.id, actor.session);
  });
  for (const session of ended) signals.endSession(session);
}

/** Throws Refusal `wrong_credentials`. */
export async function requirePassword(
  { db, passwords }: Pick<Parts, 'db' | 'passwords'>,
  id: string,
  password: string,
): Promise<UserRow> {
  const user = await db.read((reader) => reader.get(findUser, { id }));
  const { ok } = await passwords.verify(password, user?.password ?? undefined);
  if (!ok || user === undefined) throw new Refusal('wrong_credentials');
  return user;
}
