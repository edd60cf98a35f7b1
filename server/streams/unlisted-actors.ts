import type { Writer } from '../storage/database.ts';
import type { AppliedEvent, Deed } from './binding.ts';

/** What the log has to know of members who are on no list. */
export interface UnlistedActors {
  /** Users whom a deed that was decided puts on the lists: the actor, or whom it makes known. [UNL-3] */
  listedBy(tx: Writer, deed: Deed): Promise<string[]>;
  /** Members who go with a deed that everybody is told of, and whom it cannot name. */
  endedBy(tx: Writer, deed: Deed): Promise<string[]>;
  /** An actor in a channel who stays off the lists is known to those who see the channel. [UNL-6] */
  seenIn(tx: Writer, place: { space: string; stream: string; actor: string }): Promise<void>;
  /** Whether other homeservers are not told of the actor. [UNL-5] */
  hides(tx: Writer, deed: Deed): Promise<boolean>;
  /** An event that names the home of such an actor is for those only who know the actor. [UNL-5] */
  hideKey(tx: Writer, event: AppliedEvent, home: string): Promise<void>;
  /** Called with each event decided here once it is in the tables, as a part of its transaction. */
  applied(tx: Writer, event: AppliedEvent): Promise<void>;
  /** The same with each event that was lost and came back. */
  healed(tx: Writer, event: AppliedEvent): Promise<void>;
}
