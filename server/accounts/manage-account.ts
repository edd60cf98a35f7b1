import { randomBytes } from 'node:crypto';
import { Refusal } from '../base/errors.ts';
import { updateAdmin, updatePassword, updateState } from './account-store.ts';
import type { AccountParts } from './parts.ts';
import { botsOf } from './bot-store.ts';
import { endOtherSessions } from './sessions.ts';

type Parts = Pick<AccountParts, 'commit' | 'signals'>;

/** Locks somebody out: all sessions end and none can be opened. Throws Refusal `conflict` unless the account is active. */
export async function suspendAccount({ commit, signals }: Parts, user: string): Promise<void> {
  const bots = await commit(async (tx) => {
    if ((await tx.run(updateState, { id: user, from: 'active', to: 'suspended' })) === 0) throw new Refusal('conflict');
    await endOtherSessions(tx, user, undefined);
    return tx.all(botsOf, { owner: user });
  });
  signals.endUser(user);
  // Their tokens count for nothing while the owner is locked out.
  for (const { id } of bots) signals.endUser(id);
}

/** Throws Refusal `conflict` unless the account is suspended. */
export async function restoreAccount({ commit }: Parts, user: string): Promise<void> {
  await commit(async (tx) => {
    if ((await tx.run(updateState, { id: user, from: 'suspended', to: 'active' })) === 0) throw new Refusal('conflict');
  });
}

/** Sets a password that is returned this once, and ends all sessions. Throws Refusal `not_found`. */
export async function resetPassword(
  { commit, signals, passwords }: Parts & Pick<AccountParts, 'passwords'>,
  user: string,
): Promise<string> {
  const password = randomBytes(15).toString('base64url');
  const hash = await passwords.hash(password);
  await commit(async (tx) => {
    if ((await tx.run(updatePassword, { id: user, password: hash })) === 0) throw new Refusal('not_found');
    await endOtherSessions(tx, user, undefined);
  });
  signals.endUser(user);
  return password;
}

/** Throws Refusal `not_found`. */
export async function setAdmin({ commit }: Parts, user: string, admin: boolean): Promise<void> {
  await commit(async (tx) => {
    if ((await tx.run(updateAdmin, { id: user, admin: admin ? 1 : 0 })) === 0) throw new Refusal('not_found');
  });
}
