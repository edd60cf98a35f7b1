import { requireIdentity } from '@folkmoot/federation/identity.ts';
import { Refusal } from '../base/errors.ts';
import type { Actor, Exchange } from '../http/bind.ts';
import { anonymiseUser, deletedName, deleteReadMarkers } from './account-store.ts';
import { deleteBotsOf } from './delete-bot.ts';
import { clearCookies } from './answer-log-in.ts';
import { requirePassword } from './change-password.ts';
import type { AccountParts } from './parts.ts';
import { endOtherSessions } from './sessions.ts';
import { requireUser } from './update-profile.ts';

type Parts = Pick<AccountParts, 'db' | 'commit' | 'passwords' | 'signals' | 'spaces'>;

/**
 * Leaves all spaces and forgets who the user was; messages stay under "Deleted user". Throws Refusal `wrong_credentials` or, while there
 * are communities to hand over, `owns_spaces`. [ACC-8]
 */
export async function deleteAccount(parts: Parts, actor: Actor, password: string, exchange: Exchange): Promise<void> {
  const { commit, signals, spaces } = parts;
  const { id, password: checked } = await requirePassword(parts, actor.user, password);

  const {
    left: told,
    parted,
    bots,
  } = await commit(async (tx) => {
    const row = await requireUser(tx, id);
    if (row.password !== checked) throw new Refusal('wrong_credentials');
    if (await spaces.ownsSpaces(tx, id)) throw new Refusal('owns_spaces');
    const left = await spaces.audiencesOf(tx, id);
    const parted = await spaces.forgetPeople(tx, id);
    await spaces.leaveAllSpaces(tx, id);
    // The public key stays, because old events are checked with it; the document with the handle does not.
    const { v, user, key } = requireIdentity(JSON.parse(row.identity));
    await tx.run(anonymiseUser, { id, identity: JSON.stringify({ v, user, key }) });
    await tx.run(deleteReadMarkers, { user: id });
    await endOtherSessions(tx, id, undefined);
    return { left, parted, bots: await deleteBotsOf(tx, parts, id) };
  });
  for (const bot of bots) signals.endUser(bot);
  for (const shown of parted) signals.send(shown);

  const user = { id, handle: null, display_name: deletedName };
  for (const audience of told) signals.send({ audience, t: 'user.updated', d: { user } });
  signals.endUser(id);
  if (actor.transport === 'cookie') clearCookies(exchange);
}
