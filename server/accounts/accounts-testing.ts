import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { LoggedIn } from './answer-log-in.ts';
import { type ManualClock, manualClock } from '../base/clock.ts';
import { createLog } from '../base/log.ts';
import { createPasswords } from '../base/passwords.ts';
import { type RateLimiter, unlimited } from '../base/rate-limit.ts';
import { createSecrets } from '../base/secrets.ts';
import type { Config } from '../base/settings.ts';
import { type Answer, type AskOptions, serve } from '../http/http-testing.ts';
import type { LimitName } from '../http/limits.ts';
import type { Database } from '../storage/database.ts';
import { migrate } from '../storage/migrate.ts';
import { migrations } from '../storage/migrations/list.ts';
import { openDatabase } from '../storage/open-database.ts';
import { createCommitter } from '../streams/committer.ts';
import { createSignals, type Signal } from '../streams/signals.ts';
import { createAuthenticator } from './authenticate.ts';
import type { AccountParts, SpacesOfUser } from './parts.ts';
import { accountRoutes } from './routes.ts';

export const goodPassword = 'plum tree in a jar';

export interface AccountsHome {
  url: string;
  folder: string;
  db: Database;
  clock: ManualClock;
  parts: AccountParts;
  /** What open sessions were told, in order. */
  signalled: Signal[];
  /** Lines of the log. */
  lines: string[];
  ask(method: string, path: string, options?: AskOptions): Promise<Answer>;
  register(handle: string, more?: object): Promise<Person>;
}

export interface Person {
  id: string;
  token: string;
  refreshToken: string;
  session: string;
  ask(method: string, path: string, body?: unknown): Promise<Answer>;
}

export interface AccountsHomeOptions {
  config?: Partial<Config>;
  spaces?: Partial<SpacesOfUser>;
  /** A PostgreSQL database instead of SQLite. */
  database?: string | undefined;
  limiter?(clock: ManualClock): RateLimiter<LimitName>;
}

/** The accounts of a homeserver in a folder of its own, asked over HTTP; the test ends it. */
export async function startAccounts(t: TestContext, options: AccountsHomeOptions = {}): Promise<AccountsHome> {
  const folder = await mkdtemp(join(tmpdir(), 'folkmoot-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const clock = manualClock();
  const db = await openDatabase({ folder, url: options.database });
  await migrate(db, migrations, clock.now());
  const { commit, close } = createCommitter(db);
  const signals = createSignals();
  const log = createLog({ level: 'silent', format: 'json' });
  const limiter = options.limiter?.(clock) ?? unlimited;
  const parts: AccountParts = {
    db,
    commit,
    signals,
    clock,
    log,
    limiter,
    secrets: createSecrets(Buffer.alloc(32, 7)),
    passwords: createPasswords(),
    config: { server_name: 'home.example', registration: 'open', email: 'optional', ...options.config },
    authenticator: createAuthenticator({ db, commit, signals, clock, log }),
    spaces: { ...withoutSpaces, ...options.spaces },
    version: '0.0.0',
  };
  const signalled: Signal[] = [];
  signals.listen((signal) => void signalled.push(signal));

  const { public_url = 'http://localhost:8448' } = options.config ?? {};
  const served = await serve(t, {
    config: { public_url, trusted_proxies: [] },
    clock,
    limiter,
    authenticate: (token) => parts.authenticator.authenticate(token),
    bindings: accountRoutes(parts),
  });
  t.after(async () => {
    await served.stop();
    await close();
    await db.close();
  });

  const { url, lines, ask } = served;
  const register = async (handle: string, more: object = {}): Promise<Person> => {
    const body = { handle, password: goodPassword, ...more };
    return personOf(ask, await ask('POST', '/api/v1/accounts', { body }));
  };
  return { url, folder, db, clock, parts, signalled, lines, ask, register };
}

/** Somebody who has just logged in. */
export function personOf(ask: AccountsHome['ask'], { status, text, json }: Answer): Person {
  if (status >= 300) throw new Error(`${status} ${text}`);
  const { account, session, token = '', refresh_token = '' } = json as unknown as LoggedIn;
  return {
    id: account.id,
    session: session.id,
    token,
    refreshToken: refresh_token,
    ask: (method, path, body) => ask(method, `/api/v1${path}`, { token, body }),
  };
}

const withoutSpaces: SpacesOfUser = {
  audiencesOf: async () => [],
  ownsSpaces: async () => false,
  isAcquainted: async () => false,
  profileChanged: async () => [],
  refreshProfile: async () => undefined,
  forgetPeople: async () => [],
  leaveAllSpaces: async () => undefined,
  isSpaceInvite: async () => false,
  renamed: async () => undefined,
};
