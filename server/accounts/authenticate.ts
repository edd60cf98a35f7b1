import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { hashToken } from '../base/tokens.ts';
import type { Database } from '../storage/database.ts';
import type { Committer } from '../streams/committer.ts';
import type { Signals } from '../streams/signals.ts';
import { findBotByToken, touchBotToken } from './bot-store.ts';
import { findSessionByToken, touchSession } from './session-store.ts';

/** Sessions kept in memory; each takes about 400 bytes. */
const CACHED = 20_000;
const TOUCH_MS = 60_000;

const accessToken = /^fm_[sb]_[A-Za-z0-9_-]{43}$/;
const isOfBot = (token: string) => token.startsWith('fm_b_');

/** Whose token it is; for a bot `session` is the id of the token. */
export interface Authenticated {
  user: string;
  session: string;
  bot: boolean;
}

interface Known {
  user: string;
  session: string;
  bot: boolean;
  hash: string;
  expires: number;
  seen: number;
}

export interface Authenticator {
  /** Who the token of a session or a bot belongs to; undefined when it is none, has expired, or its session has ended. */
  authenticate(token: string): Promise<Authenticated | undefined>;
  /** Looks the session up again at its next request: its token was replaced. */
  forget(session: string): void;
}

interface AuthenticatorParts {
  db: Pick<Database, 'read'>;
  commit: Committer['commit'];
  signals: Signals;
  clock: Clock;
  log: Log;
}

/** Checks access tokens, from memory where it can. What ends a session signals it, and then it is forgotten at once. [ACC-5] */
export function createAuthenticator({ db, commit, signals, clock, log }: AuthenticatorParts): Authenticator {
  const byHash = new Map<string, Known>();
  const bySession = new Map<string, Known>();
  /** Rises with everything forgotten: what was read before then may be out of date and is not kept. */
  let forgotten = 0;

  function drop(known: Known | undefined): void {
    forgotten++;
    if (known === undefined) return;
    byHash.delete(known.hash);
    bySession.delete(known.session);
  }

  signals.listen((signal) => {
    if (signal.kind === 'session_ended') drop(bySession.get(signal.session));
    if (signal.kind === 'user_ended') {
      forgotten++;
      for (const known of bySession.values()) if (known.user === signal.user) drop(known);
    }
  });

  function keep(known: Known): void {
    const oldest = byHash.size < CACHED ? undefined : byHash.values().next().value;
    if (oldest) {
      byHash.delete(oldest.hash);
      bySession.delete(oldest.session);
    }
    byHash.set(known.hash, known);
    bySession.set(known.session, known);
  }

  async function find(hash: string, ofBot: boolean): Promise<Known | undefined> {
    const before = forgotten;
    const known = await (ofBot ? findBot(hash) : findSession(hash));
    if (known !== undefined && forgotten === before) keep(known);
    return known;
  }

  async function findSession(hash: string): Promise<Known | undefined> {
    const row = await db.read((reader) => reader.get(findSessionByToken, { hash }));
    if (row === undefined) return undefined;
    return { user: row.user, session: row.id, bot: false, hash, expires: row.token_expires, seen: row.last_seen };
  }

  async function findBot(hash: string): Promise<Known | undefined> {
    const row = await db.read((reader) => reader.get(findBotByToken, { hash }));
    if (row === undefined) return undefined;
    return { user: row.bot, session: row.id, bot: true, hash, expires: Infinity, seen: row.last_used ?? 0 };
  }

  /** At most once a minute, and never in the way of the request. */
  function touch(known: Known, now: number): void {
    known.seen = now;
    const { session: id } = known;
    commit((tx) =>
      known.bot ? tx.run(touchBotToken, { id, last_used: now }) : tx.run(touchSession, { id, last_seen: now }),
    ).catch((error: unknown) => log.debug({ err: error }, 'the time of a session was not noted'));
  }

  return {
    async authenticate(token) {
      if (!accessToken.test(token)) return undefined;
      const hash = hashToken(token);
      const known = byHash.get(hash) ?? (await find(hash, isOfBot(token)));
      const now = clock.now();
      if (known === undefined || known.expires <= now) return undefined;
      if (now - known.seen > TOUCH_MS) touch(known, now);
      return { user: known.user, session: known.session, bot: known.bot };
    },
    forget: (session) => drop(bySession.get(session)),
  };
}
