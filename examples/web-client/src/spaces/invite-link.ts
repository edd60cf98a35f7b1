import { serverNameOf } from '../session/server-name.ts';

export interface InviteLink {
  code: string;
  /** Homeserver that the link belongs to, where it is not the own one. */
  via?: string;
}

const bareCode = /^[A-Za-z0-9_-]{22}$/;

/** What a pasted invite says: a link of any homeserver, one that was opened at a home, or the bare code. `own`: names of the own one. */
export function inviteLinkOf(text: string, own: readonly string[]): InviteLink | undefined {
  const pasted = text.trim();
  if (bareCode.test(pasted)) return { code: pasted };
  const url = URL.parse(/^https?:\/\//i.test(pasted) ? pasted : `https://${pasted}`);
  if (!url) return undefined;
  const [, first, last] = url.pathname.split('/');
  const code = first === 'invite' ? last : first === 'join' ? url.searchParams.get('invite') : undefined;
  const host = first === 'join' ? (url.searchParams.get('via') ?? '') : url.host;
  const via = serverNameOf(host);
  if (!code || !bareCode.test(code) || !via) return undefined;
  return own.includes(via) ? { code } : { code, via };
}

/** Page of this client that shows an invite. */
export function pathToInvite({ code, via }: InviteLink): string {
  return via ? `/join?${new URLSearchParams({ invite: code, via }).toString()}` : `/invite/${code}`;
}
