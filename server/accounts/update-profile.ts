import { buildIdentity, requireIdentity } from '@folkmoot/federation/identity.ts';
import { signingKeyFromSeed } from '@folkmoot/federation/keys.ts';
import type { updateProfile as endpoint } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import type { BodyOf } from '@folkmoot/protocol-spec/schemas/client/endpoint.ts';
import type { Account } from '@folkmoot/protocol-spec/schemas/people.ts';
import { Refusal } from '../base/errors.ts';
import type { Writer } from '../storage/database.ts';
import { accountOf, findUser, findUserBySkeleton, updateProfileColumns, type UserRow } from './account-store.ts';
import { requireGoodHandle, skeletonOf } from './handles.ts';
import type { AccountParts } from './parts.ts';
import { summaryOf } from './user-summary.ts';

type Parts = Pick<AccountParts, 'commit' | 'clock' | 'secrets' | 'config' | 'signals' | 'spaces'>;
type Changes = BodyOf<typeof endpoint>;

/** Changes the own profile and tells those who share a space. Throws Refusal `bad_handle` or `handle_taken`. [ACC-6] */
export async function updateProfile(parts: Parts, user: string, changes: Changes): Promise<Account> {
  const { commit, secrets, config, signals, spaces } = parts;
  if (changes.handle !== undefined) requireGoodHandle(changes.handle);

  const { row, told, acquainted } = await commit(async (tx) => {
    const before = await requireUser(tx, user);
    const row = { ...before, ...changes, ...(await handleColumns(parts, tx, before, changes.handle)) };
    await tx.run(updateProfileColumns, row);
    if (changes.display_name !== undefined) await spaces.renamed(tx, user, changes.display_name);
    return { row, told: await spaces.audiencesOf(tx, user), acquainted: await spaces.profileChanged(tx, user) };
  });

  for (const audience of told) signals.send({ audience, t: 'user.updated', d: { user: summaryOf(row) } });
  for (const other of acquainted)
    signals.send({ audience: { to: 'user', user: other }, t: 'user.updated', d: { user: summaryOf(row) } });
  const account = accountOf(row, config.server_name, secrets);
  signals.send({ audience: { to: 'user', user }, t: 'account.updated', d: { account } });
  return account;
}

export async function requireUser(tx: Writer, id: string): Promise<UserRow> {
  const row = await tx.get(findUser, { id });
  if (row === undefined || row.state === 'deleted') throw new Refusal('not_found');
  return row;
}

/** A new handle comes with a new identity document, which says it to other homeservers. */
async function handleColumns(
  { clock, secrets, config }: Parts,
  tx: Writer,
  before: UserRow,
  handle: string | undefined,
): Promise<Partial<UserRow>> {
  if (handle === undefined || handle === before.handle || before.identity_sealed === null) return {};
  const skeleton = skeletonOf(handle);
  const owner = await tx.get(findUserBySkeleton, { skeleton });
  if (owner && owner.id !== before.id) throw new Refusal('handle_taken');
  const key = signingKeyFromSeed(secrets.open('identity-key', before.identity_sealed));
  const { serial, bot } = requireIdentity(JSON.parse(before.identity));
  const fields = { home: config.server_name, handle, serial: serial + 1, ts: clock.now() };
  const identity = buildIdentity(bot ? { ...fields, bot } : fields, key);
  return { handle_skeleton: skeleton, identity: JSON.stringify(identity) };
}
