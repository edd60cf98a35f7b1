import { requireIdentity } from '@folkmoot/federation/identity.ts';
import type { Writer } from '../storage/database.ts';
import { anonymiseUser, deleteReadMarkers, type UserRow } from './account-store.ts';
import { botsOf, deleteBotRow, deleteBotTokens } from './bot-store.ts';
import type { AccountParts } from './parts.ts';

type Parts = Pick<AccountParts, 'spaces'>;

/** The bot leaves all spaces and is forgotten; the caller ends its sockets after the commit. [BOT-4] */
export async function deleteBotAccount(tx: Writer, { spaces }: Parts, { id, identity }: UserRow): Promise<void> {
  await spaces.leaveAllSpaces(tx, id);
  const { v, user, key } = requireIdentity(JSON.parse(identity));
  await tx.run(anonymiseUser, { id, identity: JSON.stringify({ v, user, key }) });
  await tx.run(deleteReadMarkers, { user: id });
  await tx.run(deleteBotTokens, { bot: id });
  await tx.run(deleteBotRow, { user: id });
}

/** Nobody answers for them any more. Returns their ids. */
export async function deleteBotsOf(tx: Writer, parts: Parts, owner: string): Promise<string[]> {
  const bots = await tx.all(botsOf, { owner });
  for (const bot of bots) await deleteBotAccount(tx, parts, bot);
  return bots.map(({ id }) => id);
}
