import type { BotsAlone } from './bot-viewers.ts';
import type { LiveSocket } from './live-socket.ts';
import type { Notices } from './notices.ts';

/** Another homeserver with members in spaces of this one. */
export interface FollowerPeer {
  readonly server: string;
  socket: LiveSocket | undefined;
  /** Streams of each space as it was told them on this connection. */
  told: Map<string, ReadonlySet<string>>;
  /** Spaces of which it was told that unlisted members are shown to it. */
  moderated: Set<string>;
  /** Spaces that have to be told again once all have been told first; undefined where that is over. */
  stale: Set<string> | undefined;
  readonly notices: Notices;
}

/** A peer in one space, and the channels that it may see there. */
export interface SpaceFollower {
  peer: FollowerPeer;
  visible: ReadonlySet<string>;
  moderates: boolean;
  /** Those of them that it sees for bots alone. */
  alone: BotsAlone | undefined;
}
