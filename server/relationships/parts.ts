import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { User } from '@folkmoot/protocol-spec/schemas/people.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { RateLimiter } from '../base/rate-limit.ts';
import type { LimitName } from '../http/limits.ts';
import type { Database, Reader, Writer } from '../storage/database.ts';
import type { Committer } from '../streams/committer.ts';
import type { Signals } from '../streams/signals.ts';
import type { Message } from './relationship-states.ts';
import type { RequestRow } from './request-store.ts';

/** What this room has to know of spaces and cannot import. */
export interface DirectSpaces {
  sharesSpace(reader: Reader, user: string, other: string): Promise<boolean>;
  /** The direct message that a user has with another one, and whether the other is in it or invited to it. */
  findDirect(
    reader: Reader,
    user: string,
    other: string,
  ): Promise<{ space: string; hub: string; isReached: boolean } | undefined>;
  /** Founds a direct message or group with its owner in it. Throws `limit_reached`. */
  createDirect(tx: Writer, owner: string, kind: 'dm' | 'group'): Promise<string>;
  /** Invites somebody to a direct message or group of this homeserver; the code is delivered by the caller. */
  invite(tx: Writer, actor: string, space: string, user: string): Promise<DirectInvite>;
  /** The same where the hub may be another homeserver, which is asked by `submit`. */
  inviteAtHub(
    reader: Reader,
    actor: string,
    space: string,
    user: string,
  ): Promise<{ invite: DirectInvite; submit(): Promise<void> }>;
  /** Throws `not_found` unless the space is a group that the user is in; those of `others` who are not in it yet. */
  newInGroup(reader: Reader, user: string, space: string, others: readonly string[]): Promise<string[]>;
  /** Joins a space of this homeserver. Throws what the hub refuses. */
  join(tx: Writer, user: string, code: string): Promise<void>;
  /** Joins a space of another homeserver. */
  joinAtHub(user: string, invite: DirectInvite): Promise<void>;
  requireOpening(reader: Reader, user: string, space: string): Promise<Space>;
  /** Read states of a user in direct messages and groups with another one, which change with a block. */
  viewsWith(
    reader: Reader,
    user: string,
    other: string,
  ): Promise<{ space: string; channel: string; view: Space['channels'][number]['view'] }[]>;
}

export type DirectInvite = Pick<RequestRow, 'kind' | 'space' | 'hub' | 'code'>;

/** Other homeservers, as far as people are concerned. */
export interface PeopleElsewhere {
  /** Who has a handle there, as that homeserver lets the user know; kept here too. Throws `not_found` or `unavailable`. */
  lookUp(user: string, handle: string, server: string): Promise<User>;
  /** Keeps something for another homeserver until it has taken it. */
  tell(tx: Writer, server: string, message: PersonalMessage): Promise<void>;
}

export type PersonalMessage =
  | { about: 'relationship'; from: string; to: string; message: Message }
  | { about: 'invite'; from: string; to: string; invite: DirectInvite };

export interface PeopleParts {
  database: Pick<Database, 'read'>;
  commit: Committer['commit'];
  signals: Signals;
  clock: Clock;
  log: Log;
  serverName: string;
  limiter: RateLimiter<LimitName>;
  spaces: DirectSpaces;
  elsewhere: PeopleElsewhere;
  /** Accepts the invite of a friend once the transaction that this is called in is durable. */
  acceptSoon(row: RequestRow): void;
}
