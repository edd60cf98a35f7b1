import type { Static } from 'typebox';
import type { LoggedIn } from '../schemas/client/accounts.ts';
import { ApiError } from './api-error.ts';

type LoggedInAnswer = Static<typeof LoggedIn>;

export interface Tokens {
  token: string;
  /** Single use; without it an expired session cannot be continued. */
  refresh_token?: string;
}

export interface TokenStoreOptions {
  mode: 'cookie' | 'bearer';
  tokens: Tokens | undefined;
  onTokens: ((tokens: Tokens | undefined) => void) | undefined;
  refresh: (refreshToken: string | undefined) => Promise<LoggedInAnswer>;
}

export interface TokenStore {
  tokens: () => Tokens | undefined;
  setTokens: (tokens: Tokens | undefined) => void;
  accessToken: () => string | undefined;
  /** Changes with every renewal: a call that failed under an older one only has to ask again. */
  generation: () => number;
  loggedIn: (answer: LoggedInAnswer) => void;
  ended: () => void;
  refresh: () => Promise<boolean>;
}

/** The session of one client: its tokens, and one refresh at a time. [ACC-3] */
export function tokenStore(options: TokenStoreOptions): TokenStore {
  const { mode, onTokens } = options;
  let tokens = options.tokens;
  let generation = 0;
  let refreshing: Promise<boolean> | undefined;

  function loggedIn(answer: LoggedInAnswer): void {
    generation++;
    if (mode === 'cookie' || answer.token === undefined) return;
    tokens = {
      token: answer.token,
      ...(answer.refresh_token === undefined ? {} : { refresh_token: answer.refresh_token }),
    };
    onTokens?.(tokens);
  }

  function ended(): void {
    tokens = undefined;
    onTokens?.(undefined);
  }

  async function renew(): Promise<boolean> {
    if (mode === 'bearer' && tokens?.refresh_token === undefined) return false;
    try {
      loggedIn(await acrossTabs(mode, () => options.refresh(tokens?.refresh_token)));
      return true;
    } catch (error) {
      if (!(error instanceof ApiError) || (error.status !== 401 && error.status !== 403)) throw error;
      ended();
      return false;
    }
  }

  return {
    tokens: () => tokens,
    setTokens: (next) => {
      tokens = next;
      generation++;
    },
    accessToken: () => (mode === 'bearer' ? tokens?.token : undefined),
    generation: () => generation,
    loggedIn,
    ended,
    refresh: () => {
      refreshing ??= renew().finally(() => (refreshing = undefined));
      return refreshing;
    },
  };
}

interface Locks {
  request<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/** Tabs share the cookies: two refreshes with one cookie would look like a stolen token and end the session. */
function acrossTabs<T>(mode: 'cookie' | 'bearer', work: () => Promise<T>): Promise<T> {
  const locks = (globalThis as { navigator?: { locks?: Locks } }).navigator?.locks;
  return mode === 'cookie' && locks ? locks.request('folkmoot-refresh', work) : work();
}
