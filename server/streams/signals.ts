import type { Reader } from '../storage/database.ts';
import type { Shown } from './binding.ts';

/** What open sessions are told that is not in the log. Loss is harmless: each can be asked for again. */
export type Signal =
  | { kind: 'shown'; shown: Shown }
  | { kind: 'shown_as_now'; show: ShowAsNow }
  | { kind: 'session_ended'; session: string }
  | { kind: 'user_ended'; user: string }
  | { kind: 'presence'; user: string }
  | { kind: 'access'; space: string }
  | { kind: 'relations'; user: string };

/** What there is to tell, read where all before it was told. */
export type ShowAsNow = (reader: Reader) => Promise<Shown[]>;

export interface Signals {
  /** Typing, read markers, profiles. */
  send(shown: Shown): void;
  /** What events of the log go on from, such as a count: in its place between them, and to nobody whose opening state is later. */
  sendAsNow(show: ShowAsNow): void;
  endSession(session: string): void;
  endUser(user: string): void;
  /** Who may see what in a space changed without an event of it. */
  accessChanged(space: string): void;
  /** The presence setting of a user changed. */
  presenceChanged(user: string): void;
  /** Friends or blocks of a user changed: who sees whom is looked at again. */
  relationsChanged(user: string): void;
  listen(listener: (signal: Signal) => void): void;
}

export function createSignals(): Signals {
  const listeners: ((signal: Signal) => void)[] = [];
  const tell = (signal: Signal) => {
    for (const listener of listeners) listener(signal);
  };
  return {
    send: (shown) => tell({ kind: 'shown', shown }),
    sendAsNow: (show) => tell({ kind: 'shown_as_now', show }),
    endSession: (session) => tell({ kind: 'session_ended', session }),
    endUser: (user) => tell({ kind: 'user_ended', user }),
    accessChanged: (space) => tell({ kind: 'access', space }),
    presenceChanged: (user) => tell({ kind: 'presence', user }),
    relationsChanged: (user) => tell({ kind: 'relations', user }),
    listen: (listener) => void listeners.push(listener),
  };
}
