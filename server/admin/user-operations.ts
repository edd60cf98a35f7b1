import { Handle } from '@folkmoot/protocol-spec/schemas/ids.ts';
import { register } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { Type } from 'typebox';
import { updatePassword, type UserRow } from '../accounts/account-store.ts';
import { createAccount, requireGoodAccount } from '../accounts/create-account.ts';
import { restoreAccount, setAdmin, suspendAccount } from '../accounts/manage-account.ts';
import { requireStrongPassword } from '../accounts/passwords-policy.ts';
import { endOtherSessions } from '../accounts/sessions.ts';
import { requireAccount } from './find-user.ts';
import { changes } from './operation.ts';
import type { AdminParts } from './parts.ts';
import { strict } from './schemas.ts';

const { password: Password, email: Email, display_name: DisplayName } = register.body!.properties;
const Named = Type.String({ minLength: 1, maxLength: 300 });
const OneUser = Type.Object({ user: Named }, strict);

const findNamed = ({ database, config }: AdminParts, user: string) =>
  database.read((reader) => requireAccount(reader, config.server_name, user));

const named = ({ id, handle }: UserRow) => ({ id, handle });

/** An account in every registration mode. */
export const createUser = changes(
  Type.Object(
    { handle: Handle, password: Password, email: Email, display_name: DisplayName, admin: Type.Boolean() },
    strict,
  ),
  async ({ accounts, committer, config, clock }, { admin, ...account }) => {
    requireGoodAccount(account, config);
    const hash = await accounts.passwords.hash(account.password);
    const row = await committer.commit((tx) => createAccount(tx, accounts, account, hash, { admin, now: clock.now() }));
    return { ...named(row), admin };
  },
);

/** Asked twice it changes nothing the second time, and says so. */
export const suspendUser = changes(OneUser, async (parts, input) => {
  const user = await findNamed(parts, input.user);
  const changed = user.state === 'active';
  if (changed) await suspendAccount(parts.accounts, user.id);
  return { ...named(user), changed };
});

export const restoreUser = changes(OneUser, async (parts, input) => {
  const user = await findNamed(parts, input.user);
  const changed = user.state === 'suspended';
  if (changed) await restoreAccount(parts.accounts, user.id);
  return { ...named(user), changed };
});

/** Sets a password and ends all sessions. */
export const resetPassword = changes(Type.Object({ user: Named, password: Password }, strict), async (parts, input) => {
  const { accounts, committer, signals } = parts;
  const user = await findNamed(parts, input.user);
  requireStrongPassword(input.password, user.handle ?? '');
  const password = await accounts.passwords.hash(input.password);
  const ended = await committer.commit(async (tx) => {
    await tx.run(updatePassword, { id: user.id, password });
    return endOtherSessions(tx, user.id, undefined);
  });
  signals.endUser(user.id);
  return { ...named(user), sessions_ended: ended.length };
});

export const grantAdmin = changes(Type.Object({ user: Named, admin: Type.Boolean() }, strict), async (parts, input) => {
  const user = await findNamed(parts, input.user);
  const changed = (user.admin === 1) !== input.admin;
  if (changed) await setAdmin(parts.accounts, user.id, input.admin);
  return { ...named(user), admin: input.admin, changed };
});
