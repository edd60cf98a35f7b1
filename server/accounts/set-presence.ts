import type { PresenceSetting } from '@folkmoot/protocol-spec/schemas/people.ts';
import { accountOf, updatePresence } from './account-store.ts';
import type { AccountParts } from './parts.ts';
import { requireUser } from './update-profile.ts';

type Parts = Pick<AccountParts, 'commit' | 'config' | 'secrets' | 'signals'>;

/** Chooses how the user is shown while a session is open. [PRE-1] */
export async function setPresence(
  { commit, config, secrets, signals }: Parts,
  user: string,
  presence: PresenceSetting,
): Promise<PresenceSetting> {
  const row = await commit(async (tx) => {
    await tx.run(updatePresence, { id: user, status: presence.status, status_text: presence.text });
    return requireUser(tx, user);
  });
  signals.presenceChanged(user);
  const account = accountOf(row, config.server_name, secrets);
  signals.send({ audience: { to: 'user', user }, t: 'account.updated', d: { account } });
  return presence;
}
