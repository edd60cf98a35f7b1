import type { IntentResult } from '@folkmoot/protocol-spec/schemas/federation/intents.ts';
import type { Reader, Writer } from '../storage/database.ts';

/** The homeservers that decide in spaces which this one only follows. */
export interface RemoteHubs {
  /** Undefined where this homeserver decides itself, and for a space that it does not know. */
  hubOf(reader: Reader, space: string): Promise<string | undefined>;
  isMember(reader: Reader, space: string, user: string): Promise<boolean>;
  /** Whether a stream is hidden from a user of this homeserver, so that its last lines may never come. */
  isHidden(reader: Reader, space: string, stream: string, user: string): Promise<boolean>;
  /** Takes a user of this homeserver out of a space before its hub has. Throws `owner_cannot`. */
  endMembership(tx: Writer, space: string, user: string): Promise<void>;
  /**
   * Hands in signed intents, answered in their order, and rejects where the hub did not answer: it may have taken them all the same. Undefined where this
   * homeserver talks with no other.
   */
  send: ((hub: string, lines: readonly string[]) => Promise<readonly IntentResult[]>) | undefined;
  /** Told when a hub that was away is there again. */
  onReachable(listener: (hub: string) => void): void;
}
