import { Refusal } from '../base/errors.ts';
import type { Actor, Exchange } from '../http/bind.ts';
import { clearCookies } from './answer-log-in.ts';
import type { AccountParts } from './parts.ts';
import { expiredSessions, sessionsOfUser } from './session-store.ts';
import { endSessions } from './sessions.ts';

type Parts = Pick<AccountParts, 'commit' | 'signals' | 'clock'>;

/** Ends one of the user's sessions: its tokens are dead, its sockets close. Throws Refusal `not_found`. [ACC-5] */
export async function endSession(
  { commit, signals, clock }: Parts,
  actor: Actor,
  session: string,
  exchange: Exchange,
): Promise<void> {
  await commit(async (tx) => {
    const own = await tx.all(sessionsOfUser, { user: actor.user, now: clock.now() });
    if (!own.some(({ id }) => id === session)) throw new Refusal('not_found');
    await endSessions(tx, [session]);
  });
  signals.endSession(session);
  if (session === actor.session && actor.transport === 'cookie') clearCookies(exchange);
}

/** Removes sessions that can no longer be refreshed; called from time to time. */
export async function forgetExpiredSessions({ commit, signals, clock }: Parts): Promise<void> {
  const expired = await commit(async (tx) => {
    const ids = (await tx.all(expiredSessions, { now: clock.now() })).map(({ id }) => id);
    await endSessions(tx, ids);
    return ids;
  });
  for (const session of expired) signals.endSession(session);
}
