import { createHmac } from 'node:crypto';
import type { refreshSession as endpoint } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import type { BodyOf } from '@folkmoot/protocol-spec/schemas/client/endpoint.ts';
import { Refusal } from '../base/errors.ts';
import { hashToken, type TokenPrefix } from '../base/tokens.ts';
import type { Exchange } from '../http/bind.ts';
import { refreshCookie } from '../http/cookies.ts';
import type { Writer } from '../storage/database.ts';
import { findUser, type UserRow } from './account-store.ts';
import { answerLogIn, clearCookies, type LoggedIn } from './answer-log-in.ts';
import type { AccountParts } from './parts.ts';
import {
  findSessionByRefresh,
  findSessionByUsedRefresh,
  insertUsedRefresh,
  rotateSession,
  type SessionRow,
} from './session-store.ts';
import { ACCESS_MS, endSessions } from './sessions.ts';

/** How long a refresh token that was exchanged gives the same new tokens again: its answer may have been lost. */
const REPEAT_MS = 10_000;

type Outcome = { user: UserRow; session: SessionRow } | { reused: string } | 'unknown';

/**
 * Exchanges a refresh token for new tokens. New tokens follow from the old one under a key of the homeserver, so that repeating the
 * request soon gives the same ones; seen again later, the token was stolen and the session ends. [ACC-3]
 */
export async function refreshSession(
  parts: AccountParts,
  body: BodyOf<typeof endpoint>,
  exchange: Exchange,
): Promise<LoggedIn> {
  const { commit, clock, secrets, signals, authenticator } = parts;
  const transport = body.refresh_token === undefined ? 'cookie' : 'bearer';
  const old = body.refresh_token ?? exchange.cookie(refreshCookie);
  if (old === undefined) throw new Refusal('unauthenticated');
  const key = secrets.subkey('refresh-tokens');
  const next = { token: tokenAfter('fm_s_', old, key), refreshToken: tokenAfter('fm_r_', old, key) };

  const outcome = await commit((tx) => exchangeToken(tx, old, next, clock.now()));
  if (outcome !== 'unknown' && 'session' in outcome) {
    authenticator.forget(outcome.session.id);
    return answerLogIn(parts, outcome.user, { session: outcome.session, ...next }, transport, exchange);
  }
  if (transport === 'cookie') clearCookies(exchange);
  if (outcome === 'unknown') throw new Refusal('unauthenticated');
  signals.endSession(outcome.reused);
  throw new Refusal('token_reused');
}

async function exchangeToken(
  tx: Writer,
  old: string,
  next: { token: string; refreshToken: string },
  now: number,
): Promise<Outcome> {
  const hash = hashToken(old);
  const current = await tx.get(findSessionByRefresh, { hash });
  if (current === undefined) return answerUsedToken(tx, hash, hashToken(next.refreshToken), now);

  const user = await tx.get(findUser, { id: current.user });
  if (current.refresh_expires <= now || user?.state !== 'active') {
    await endSessions(tx, [current.id]);
    return 'unknown';
  }
  const session: SessionRow = {
    ...current,
    last_seen: now,
    token_hash: hashToken(next.token),
    token_expires: Math.min(now + ACCESS_MS, current.refresh_expires),
    refresh_hash: hashToken(next.refreshToken),
  };
  await tx.run(rotateSession, session);
  await tx.run(insertUsedRefresh, { hash, session: session.id });
  return { user, session };
}

async function answerUsedToken(tx: Writer, hash: string, nextHash: string, now: number): Promise<Outcome> {
  const session = await tx.get(findSessionByUsedRefresh, { hash });
  if (session === undefined) return 'unknown';
  const rotated = session.token_expires - ACCESS_MS;
  const user = await tx.get(findUser, { id: session.user });
  if (session.refresh_hash === nextHash && now - rotated <= REPEAT_MS && user?.state === 'active')
    return { user, session };
  await endSessions(tx, [session.id]);
  return { reused: session.id };
}

/** The token that follows another one: the same again for whoever has that one and the key. */
const tokenAfter = (prefix: TokenPrefix, token: string, key: Uint8Array) =>
  prefix + createHmac('sha256', key).update(`${prefix}\0${token}`).digest('base64url');
