import { createHttpClient } from '@folkmoot/protocol-spec/client/http-client.ts';
import { getAccount } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { createSignal } from 'solid-js';
import { isRefusal } from '../app/say-error.ts';

const [session, setSession] = createSignal<'asking' | 'unreachable' | 'out' | 'in'>('asking');

/** Whether somebody is logged in on this device. */
export { session };

/** The one HTTP client; the tokens stay in cookies that no script can read. */
export const http = createHttpClient({
  baseUrl: '',
  mode: 'cookie',
  onTokens: (tokens) => tokens === undefined && setSession('out'),
});

/** Asks the homeserver; throws `ApiError`. */
export const call = http.call;

/** To be told after a log-in and a registration. */
export function loggedIn(): void {
  setSession('in');
}

export function loggedOut(): void {
  setSession('out');
}

/** Finds out once whether the cookies of an earlier visit still hold. */
export async function findSession(): Promise<void> {
  setSession('asking');
  try {
    await call(getAccount);
    setSession('in');
  } catch (error) {
    setSession(isRefusal(error, 'network') || isRefusal(error, 'bad_answer') ? 'unreachable' : 'out');
  }
}

/** Name under which this device stands in the list of sessions. */
export function deviceName(): string {
  const agent = navigator.userAgent;
  const browser = /Firefox/.test(agent)
    ? 'Firefox'
    : /Edg\//.test(agent)
      ? 'Edge'
      : /Chrome/.test(agent)
        ? 'Chrome'
        : /Safari/.test(agent)
          ? 'Safari'
          : 'Browser';
  const system = /Android/.test(agent)
    ? 'Android'
    : /iPhone|iPad/.test(agent)
      ? 'iOS'
      : /Windows/.test(agent)
        ? 'Windows'
        : /Mac OS/.test(agent)
          ? 'macOS'
          : /Linux/.test(agent)
            ? 'Linux'
            : '';
  return system ? `${browser} on ${system}` : browser;
}
