import type { Authority } from './puppet/authority.ts';

export interface NewAccount {
  handle: string;
  password: string;
}

/**
 * An implementation under test. Only `url` is needed; each of the others makes the clauses testable that HTTP alone
 * cannot reach. Cases that need what a target lacks are not offered by it.
 */
export interface Target extends Partial<TargetAbilities> {
  /** Origin of the client API and the gateway, without a path. */
  readonly url: string;
}

export interface TargetAbilities {
  /** Creates an account where not everybody may register. */
  registerUser(account: NewAccount): Promise<void>;
  /** Stops cleanly and starts again on the same data; `url` stays the same. */
  restart(): Promise<void>;
  /** Kills the process without warning and starts again on the same data. */
  kill(): Promise<void>;
  /** Moves the clock of the homeserver forward. */
  advanceClock(ms: number): Promise<void>;
  /** The same implementation with its rate limits on, on data of its own. The target itself has them off. */
  withRateLimits(): Promise<Target>;
  /** The same implementation, on data of its own, that does not take everybody; with the token of its set-up link. */
  withRegistration(mode: 'invite' | 'closed'): Promise<{ target: Target; setUpToken: string }>;
  /**
   * The same implementation on data of its own, which talks with other homeservers: over HTTPS, under a name of its own, believing
   * certificates of this authority. It connects to 127.0.0.1, where the puppets are, or refuses to, as it would without a test.
   */
  withFederation(authority: Authority, privateAddresses?: 'allow' | 'refuse'): Promise<FederatedTarget>;
  /** A copy of what is stored, to be given to `restore` later. */
  snapshot(): Promise<string>;
  /** Puts a copy into the place of what is stored, as an admin does with a backup, and starts on it. */
  restore(copy: string): Promise<void>;
  /** What its admins are shown of another homeserver: the lines that contradict each other, as they were signed. */
  evidenceAgainst(server: string): Promise<string[]>;
  /** Everything it has stored, byte for byte, except the keys that seal it. */
  storedBytes(): Promise<Buffer>;
  /** What it has logged so far. */
  logText(): string;
}

/** A homeserver that others can find. */
export interface FederatedTarget extends Target {
  /** Its server name. */
  readonly name: string;
}

export type Ability = keyof TargetAbilities;

/** Abilities that nothing else may be running beside. */
export const disturbing: ReadonlySet<Ability> = new Set(['restart', 'kill', 'advanceClock', 'snapshot', 'restore']);

export function hasAbility<A extends Ability>(target: Target, ability: A): target is Target & Pick<TargetAbilities, A> {
  return target[ability] !== undefined;
}
