import type { Presence, PresenceSetting, Status } from '@folkmoot/protocol-spec/schemas/people.ts';
import type { GatewaySession } from '../gateway/ports.ts';

/** One user with an open session: where they are, and what was last said about them. */
export interface UserPresence {
  readonly user: string;
  setting: PresenceSetting;
  /** Sessions with a socket, and whether each is idle. */
  readonly sessions: Map<GatewaySession, boolean>;
  shown: Presence;
  /** When that was said. */
  shownAt: number;
  /** Sessions that began to watch while a change was still to be told, and what they were answered. */
  ahead: Map<GatewaySession, Presence> | undefined;
  /** When the last session went; undefined while there is one. */
  goneAt: number | undefined;
}

export const offline = (user: string): Presence => ({ user, status: 'offline', text: '' });

/** How a user is to be shown. Invisible looks like offline in every respect. [PRE-1] */
export function presenceOf({ user, setting, sessions, goneAt }: UserPresence, now: number, graceMs: number): Presence {
  const isGone = sessions.size === 0 && (goneAt === undefined || now - goneAt >= graceMs);
  if (isGone || setting.status === 'invisible') return offline(user);
  const isIdle = sessions.size > 0 && [...sessions.values()].every((idle) => idle);
  const status: Status = setting.status === 'online' && isIdle ? 'idle' : setting.status;
  return { user, status, text: setting.text };
}

export const isSame = (a: Presence, b: Presence) => a.status === b.status && a.text === b.text;
