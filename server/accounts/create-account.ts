import { buildIdentity } from '@folkmoot/federation/identity.ts';
import { generateKeyPair } from '@folkmoot/federation/keys.ts';
import { Refusal } from '../base/errors.ts';
import type { Secrets } from '../base/secrets.ts';
import type { Config } from '../base/settings.ts';
import type { Reader, Writer } from '../storage/database.ts';
import { emailIndexOf, findUserByEmail, findUserBySkeleton, insertUser, type UserRow } from './account-store.ts';
import { requireGoodHandle, skeletonOf } from './handles.ts';
import { requireStrongPassword } from './passwords-policy.ts';

export interface NewAccount {
  handle: string;
  password: string;
  email?: string | undefined;
  display_name?: string | undefined;
}

interface Parts {
  secrets: Secrets;
  config: Pick<Config, 'server_name' | 'email'>;
}

/** Throws Refusal `bad_handle`, `weak_password`, `email_required` or `email_not_accepted`: all that can be said without looking. */
export function requireGoodAccount({ handle, password, email }: NewAccount, config: Pick<Config, 'email'>): void {
  requireGoodHandle(handle);
  requireStrongPassword(password, handle);
  if (config.email === 'required' && email === undefined) throw new Refusal('email_required');
  if (config.email === 'off' && email !== undefined) throw new Refusal('email_not_accepted');
}

/** Throws Refusal `handle_taken`, also for one that looks like an existing handle, or `email_taken`. */
export async function requireFree(reader: Reader, { handle, email }: NewAccount, secrets: Secrets): Promise<void> {
  if (await reader.get(findUserBySkeleton, { skeleton: skeletonOf(handle) })) throw new Refusal('handle_taken');
  if (email !== undefined && (await reader.get(findUserByEmail, { index: emailIndexOf(secrets, email) }))) {
    throw new Refusal('email_taken');
  }
}

/** Stores an account with an identity key of its own. Throws what `requireFree` throws. */
export async function createAccount(
  tx: Writer,
  { secrets, config }: Parts,
  account: NewAccount,
  passwordHash: string,
  { admin, now }: { admin: boolean; now: number },
): Promise<UserRow> {
  await requireFree(tx, account, secrets);
  const { handle, email } = account;
  const key = generateKeyPair();
  const identity = buildIdentity({ home: config.server_name, handle, serial: 1, ts: now }, key);
  const user: UserRow = {
    id: identity.user,
    handle,
    handle_skeleton: skeletonOf(handle),
    display_name: account.display_name ?? handle,
    bio: '',
    pronouns: '',
    email_sealed: email === undefined ? null : secrets.seal('email', email),
    email_index: email === undefined ? null : emailIndexOf(secrets, email),
    password: passwordHash,
    admin: admin ? 1 : 0,
    state: 'active',
    status: 'online',
    status_text: '',
    identity_sealed: secrets.seal('identity-key', key.exportSecret()),
    identity: JSON.stringify(identity),
    created: now,
    home: null,
    bot: null,
  };
  await tx.run(insertUser, user);
  return user;
}
