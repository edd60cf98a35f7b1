import { requireIdentity } from '@folkmoot/federation/identity.ts';
import { findUserByHandle } from '../accounts/account-store.ts';
import { Refusal } from '../base/errors.ts';
import type { Database } from '../storage/database.ts';
import type { BotProfile } from './known-bots.ts';

export interface FindBotParts {
  database: Pick<Database, 'read'>;
  serverName: string;
  /** Asks another homeserver who a handle there is; undefined for nobody, and where homeservers are not asked. */
  findElsewhere(
    handle: string,
    server: string,
    actor: string,
  ): Promise<{ identity: unknown; display_name: string } | undefined>;
}

const named = /^@?([a-z0-9_.]{2,32})(?:@([a-z0-9.:-]{1,253}))?$/;

/** Whoever an owner means by `echo` or `echo@c.example`. Throws `not_found` for all that is no bot. [BOT-5] */
export async function findBot(
  { database, serverName, findElsewhere }: FindBotParts,
  text: string,
  actor: string,
): Promise<BotProfile> {
  const [, handle, server = serverName] = named.exec(text.trim().toLowerCase()) ?? [];
  if (handle === undefined) throw new Refusal('not_found');
  const found =
    server === serverName
      ? await database.read((reader) => reader.get(findUserByHandle, { handle }))
      : await findElsewhere(handle, server, actor);
  if (!found) throw new Refusal('not_found');
  const document: unknown = typeof found.identity === 'string' ? JSON.parse(found.identity) : found.identity;
  const identity = requireIdentity(document);
  if (!identity.bot || identity.home !== server || identity.handle !== handle) throw new Refusal('not_found');
  return { identity: { ...identity, bot: true }, display_name: found.display_name };
}
