import { buildIdentity } from '@folkmoot/federation/identity.ts';
import { generateKeyPair } from '@folkmoot/federation/keys.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { Refusal } from '../base/errors.ts';
import type { Writer } from '../storage/database.ts';
import { blankUser, findUserBySkeleton, insertUser, type UserRow } from './account-store.ts';
import { botsOf, insertBot } from './bot-store.ts';
import { requireGoodHandle, skeletonOf } from './handles.ts';
import type { AccountParts } from './parts.ts';

type Parts = Pick<AccountParts, 'secrets' | 'config' | 'clock'>;

/** A user without password or e-mail that its owner answers for. Throws `bad_handle`, `handle_taken` or `limit_reached`. [BOT-1] */
export async function createBotAccount(
  tx: Writer,
  { secrets, config, clock }: Parts,
  owner: string,
  { handle, display_name = handle }: { handle: string; display_name?: string | undefined },
): Promise<UserRow> {
  requireGoodHandle(handle);
  const skeleton = skeletonOf(handle);
  if (await tx.get(findUserBySkeleton, { skeleton })) throw new Refusal('handle_taken');
  if ((await tx.all(botsOf, { owner })).length >= limits.botsPerUser)
    throw new Refusal('limit_reached', { limit: limits.botsPerUser });
  const key = generateKeyPair();
  const now = clock.now();
  const identity = buildIdentity({ home: config.server_name, handle, bot: true, serial: 1, ts: now }, key);
  const bot: UserRow = {
    ...blankUser,
    id: identity.user,
    handle,
    handle_skeleton: skeleton,
    display_name,
    identity_sealed: secrets.seal('identity-key', key.exportSecret()),
    identity: JSON.stringify(identity),
    created: now,
    home: null,
    bot: 1,
  };
  await tx.run(insertUser, bot);
  await tx.run(insertBot, { user: bot.id, owner });
  return bot;
}
