import { randomId } from '@folkmoot/federation/ids.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { issueToken } from '../base/tokens.ts';
import type { Writer } from '../storage/database.ts';
import { deleteSession, deleteUsedRefresh, insertSession, type SessionRow, sessionsOfUser } from './session-store.ts';

export const ACCESS_MS = 60 * 60 * 1_000;
/** Counted from the log-in, whatever is done meanwhile. */
const REFRESH_MS = 90 * 24 * 60 * 60 * 1_000;

/** A session with the tokens that are told this once. */
export interface OpenedSession {
  session: SessionRow;
  token: string;
  refreshToken: string;
  /** Sessions that had to end for it. */
  ended: string[];
}

/** Opens a session; where a user has too many, the one that was unused for the longest time ends. [ACC-4] */
export async function openSession(tx: Writer, user: string, device: string, now: number): Promise<OpenedSession> {
  const others = await tx.all(sessionsOfUser, { user, now });
  const ended = others.slice(limits.sessionsPerUser - 1).map(({ id }) => id);
  await endSessions(tx, ended);

  const access = issueToken('fm_s_');
  const refresh = issueToken('fm_r_');
  const session: SessionRow = {
    id: randomId('x_'),
    user,
    device,
    created: now,
    last_seen: now,
    token_hash: access.hash,
    token_expires: now + ACCESS_MS,
    refresh_hash: refresh.hash,
    refresh_expires: now + REFRESH_MS,
  };
  await tx.run(insertSession, session);
  return { session, token: access.token, refreshToken: refresh.token, ended };
}

/** Ends sessions in the tables; after the commit the caller signals it, so that sockets and caches follow. */
export async function endSessions(tx: Writer, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await tx.run(deleteSession, { id });
    await tx.run(deleteUsedRefresh, { session: id });
  }
}

/** Ends all sessions of a user but one; returns those that ended. */
export async function endOtherSessions(tx: Writer, user: string, kept: string | undefined): Promise<string[]> {
  // From the beginning of time, so that expired ones go too.
  const sessions = await tx.all(sessionsOfUser, { user, now: 0 });
  const ended = sessions.map(({ id }) => id).filter((id) => id !== kept);
  await endSessions(tx, ended);
  return ended;
}
