import type { register as endpoint } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import type { BodyOf } from '@folkmoot/protocol-spec/schemas/client/endpoint.ts';
import { Refusal } from '../base/errors.ts';
import type { Exchange } from '../http/bind.ts';
import type { Reader, Writer } from '../storage/database.ts';
import { answerLogIn, type LoggedIn } from './answer-log-in.ts';
import { createAccount, requireFree, requireGoodAccount } from './create-account.ts';
import type { AccountParts } from './parts.ts';
import { isRegistrationInvite, useRegistrationInvite } from './registration-invite.ts';
import { openSession } from './sessions.ts';
import { isSetUpToken, useSetUpToken } from './set-up-link.ts';

type Registration = BodyOf<typeof endpoint>;

/** Creates an account and logs it in. A set-up token works in every mode and makes the first admin. [ACC-1] */
export async function register(parts: AccountParts, body: Registration, exchange: Exchange): Promise<LoggedIn> {
  const { db, commit, clock, config, secrets, passwords } = parts;
  requireGoodAccount(body, config);
  // The slow hash is only for those who can get in; what is decided here is decided again in the transaction.
  await db.read(async (reader) => {
    await requireInvited(parts, reader, body);
    await requireFree(reader, body, secrets);
  });
  const passwordHash = await passwords.hash(body.password);

  const now = clock.now();
  const { user, opened } = await commit(async (tx) => {
    await letIn(parts, tx, body, now);
    const user = await createAccount(tx, parts, body, passwordHash, { admin: body.set_up !== undefined, now });
    return { user, opened: await openSession(tx, user.id, body.device ?? '', now) };
  });
  return answerLogIn(parts, user, opened, body.transport ?? 'bearer', exchange);
}

async function requireInvited(
  { config, clock, spaces }: AccountParts,
  reader: Reader,
  { set_up, invite }: Registration,
): Promise<void> {
  if (set_up !== undefined && !(await isSetUpToken(reader, set_up))) throw new Refusal('invite_gone');
  if (set_up !== undefined || config.registration === 'open') return;
  if (config.registration === 'closed') throw new Refusal('registration_closed');
  if (invite === undefined) throw new Refusal('invite_required');
  const invited =
    (await isRegistrationInvite(reader, invite, clock.now())) || (await spaces.isSpaceInvite(reader, invite));
  if (!invited) throw new Refusal('invite_gone');
}

/** The same under the lock of the transaction, and what is used up by it is used up. */
async function letIn(parts: AccountParts, tx: Writer, body: Registration, now: number): Promise<void> {
  const { set_up, invite } = body;
  if (set_up !== undefined) return useSetUpToken(tx, set_up);
  if (parts.config.registration === 'invite' && invite !== undefined && (await useRegistrationInvite(tx, invite, now)))
    return;
  await requireInvited(parts, tx, body);
}
