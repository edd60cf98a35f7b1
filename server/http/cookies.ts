import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CookieOptions } from './bind.ts';

export const sessionCookie = 'folkmoot_session';
export const refreshCookie = 'folkmoot_refresh';
/** The refresh token is sent to this path only. */
export const refreshPath = '/api/v1/sessions/refresh';

export interface Cookies {
  read(request: IncomingMessage, name: string): string | undefined;
  write(response: ServerResponse, name: string, value: string | null, options: CookieOptions): void;
  /** Whether the request would act in somebody's name if it were let through. */
  hasCredentials(request: IncomingMessage): boolean;
}

/** httpOnly cookies; where the public URL is https they are Secure and prefixed, so that no subdomain can set them. */
export function cookiesFor(publicUrl: string): Cookies {
  const secure = publicUrl.startsWith('https:');
  const names = new Map([
    [sessionCookie, secure ? `__Host-${sessionCookie}` : sessionCookie],
    [refreshCookie, secure ? `__Secure-${refreshCookie}` : refreshCookie],
  ]);
  const nameOf = (name: string) => names.get(name) ?? name;

  const read = (request: IncomingMessage, name: string) => valueOf(request.headers.cookie, nameOf(name));
  return {
    read,
    hasCredentials: (request) =>
      read(request, sessionCookie) !== undefined || read(request, refreshCookie) !== undefined,
    write(response, name, value, { path, maxAge }) {
      const age = value === null ? 0 : Math.floor(maxAge / 1_000);
      const flags = `Path=${path}; Max-Age=${age}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
      response.appendHeader('Set-Cookie', `${nameOf(name)}=${value ?? ''}; ${flags}`);
    },
  };
}

function valueOf(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined;
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals !== -1 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim() || undefined;
  }
  return undefined;
}
