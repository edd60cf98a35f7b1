import type { logIn } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import type { AnswerOf } from '@folkmoot/protocol-spec/schemas/client/endpoint.ts';
import type { Exchange } from '../http/bind.ts';
import { refreshCookie, refreshPath, sessionCookie } from '../http/cookies.ts';
import { accountOf, type UserRow } from './account-store.ts';
import type { AccountParts } from './parts.ts';
import { sessionOf } from './session-store.ts';
import type { OpenedSession } from './sessions.ts';

export type LoggedIn = AnswerOf<typeof logIn>;
export type Transport = 'cookie' | 'bearer';

type Parts = Pick<AccountParts, 'config' | 'secrets' | 'clock'>;

/** The answer after a log-in or refresh. Tokens go into httpOnly cookies or into the answer, never into both. [ACC-11] */
export function answerLogIn(
  { config, secrets, clock }: Parts,
  user: UserRow,
  { session, token, refreshToken }: Omit<OpenedSession, 'ended'>,
  transport: Transport,
  exchange: Exchange,
): LoggedIn {
  const expires_in = session.token_expires - clock.now();
  const answer = {
    account: accountOf(user, config.server_name, secrets),
    session: sessionOf(session, session.id),
    expires_in,
  };
  if (transport === 'bearer') return { ...answer, token, refresh_token: refreshToken };
  exchange.setCookie(sessionCookie, token, { path: '/', maxAge: expires_in });
  exchange.setCookie(refreshCookie, refreshToken, { path: refreshPath, maxAge: session.refresh_expires - clock.now() });
  return answer;
}

export function clearCookies(exchange: Exchange): void {
  exchange.setCookie(sessionCookie, null, { path: '/', maxAge: 0 });
  exchange.setCookie(refreshCookie, null, { path: refreshPath, maxAge: 0 });
}
