import type { OpeningState } from '@folkmoot/protocol-spec/schemas/gateway/events.ts';
import { nobody } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Shown } from '../streams/binding.ts';
import type { Session } from './session.ts';

/** What somebody who is blocked says, and what becomes of it. */
const said = new Set(['message.created', 'message.updated']);

/** Whom the users with an open session block. [REL-6] */
export class Blocked {
  readonly #byUser = new Map<string, Set<string>>();

  opened({ account, relationships }: Pick<OpeningState, 'account' | 'relationships'>): void {
    const blocked = relationships.filter(({ kind }) => kind === 'blocked').map(({ user }) => user.id);
    this.#keep(account.id, new Set(blocked));
  }

  ended(user: string): void {
    this.#byUser.delete(user);
  }

  /** Follows what sessions of a user are told about relationships. */
  follow(user: string, t: string, d: object): void {
    if (t !== 'relationship.updated' && t !== 'relationship.removed') return;
    const { relationship, user: removed } = d as {
      relationship?: OpeningState['relationships'][number];
      user?: string;
    };
    const other = relationship?.user.id ?? removed;
    if (other === undefined) return;
    const blocked = new Set(this.#byUser.get(user));
    if (relationship?.kind === 'blocked') blocked.add(other);
    else blocked.delete(other);
    this.#keep(user, blocked);
  }

  /** Those who may be told something in a direct message or group; all of them where nobody blocks who did it. */
  without<S extends Pick<Session, 'user'>>(sessions: Iterable<S>, t: string, actor: string | undefined): Iterable<S> {
    if (actor === undefined || this.#byUser.size === 0 || !said.has(t)) return sessions;
    // What nobody answers for could be of the one who is blocked.
    const isHidden = (user: string) => (actor === nobody ? this.#byUser.has(user) : this.#byUser.get(user)?.has(actor));
    return [...sessions].filter(({ user }) => !isHidden(user));
  }

  #keep(user: string, blocked: Set<string>): void {
    if (blocked.size === 0) this.#byUser.delete(user);
    else this.#byUser.set(user, blocked);
  }
}

/** Those whom a signal does not leave out. */
export function notExcepted(sessions: Iterable<Session>, except: Shown['except']): Iterable<Session> {
  return except === undefined || except.size === 0 ? sessions : [...sessions].filter(({ user }) => !except.has(user));
}
