import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Passwords } from '../base/passwords.ts';
import type { RateLimiter } from '../base/rate-limit.ts';
import type { Secrets } from '../base/secrets.ts';
import type { Config } from '../base/settings.ts';
import type { LimitName } from '../http/limits.ts';
import type { Database, Reader, Writer } from '../storage/database.ts';
import type { Shown } from '../streams/binding.ts';
import type { Committer } from '../streams/committer.ts';
import type { Signals } from '../streams/signals.ts';
import type { Authenticator } from './authenticate.ts';

/** What accounts have to know of spaces and cannot import. */
export interface SpacesOfUser {
  /** Who sees the user in the spaces that they are a member of, or invited to by name. */
  audiencesOf(reader: Reader, user: string): Promise<Shown['audience'][]>;
  ownsSpaces(reader: Reader, user: string): Promise<boolean>;
  /** Whether two share a space or are friends. */
  isAcquainted(reader: Reader, user: string, other: string): Promise<boolean>;
  /** Tells other homeservers; answers with the users here who have to do with one outside of spaces. */
  profileChanged(tx: Writer, user: string): Promise<string[]>;
  /** Brings the profile of a user of another homeserver up to date, where that answers soon. */
  refreshProfile(user: string, home: string): Promise<void>;
  /** Ends friendships and requests; answers with what sessions are to be told. */
  forgetPeople(tx: Writer, user: string): Promise<Shown[]>;
  leaveAllSpaces(tx: Writer, user: string): Promise<void>;
  /** Member lists are sorted by display name. */
  renamed(tx: Writer, user: string, displayName: string): Promise<void>;
  /** Whether the code of an invite link still lets somebody in. */
  isSpaceInvite(reader: Reader, code: string): Promise<boolean>;
}

/** Everything the deeds of this room use; each asks for its part of it. */
export interface AccountParts {
  db: Pick<Database, 'read'>;
  commit: Committer['commit'];
  signals: Signals;
  clock: Clock;
  log: Log;
  secrets: Secrets;
  passwords: Passwords;
  limiter: RateLimiter<LimitName>;
  config: Pick<Config, 'server_name' | 'registration' | 'email'>;
  authenticator: Authenticator;
  spaces: SpacesOfUser;
  /** Of this software. */
  version: string;
}
