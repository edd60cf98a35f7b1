import type { PeerState } from './peer-policy.ts';

/** What is remembered of another homeserver. */
export interface Peer {
  server: string;
  state: PeerState;
  /** Why it is blocked, as far as the admin said so; null in every other state. */
  reason: string | null;
  /** Kid of the root key of first contact; null until then, and after an admin let another one be pinned. */
  root: string | null;
  /** Text of the newest key document that passed every check. */
  document: string | null;
  serial: number | null;
  /** When `document` was fetched. */
  fetched: number | null;
  first_contact: number | null;
  /** Of a request that it proved to be its own, or of an answer to one of ours. */
  last_contact: number | null;
}

export interface KeptDocument {
  root: string;
  document: string;
  serial: number;
}

/** Port: the other homeservers. Times are ms. */
export interface PeerStore {
  find(server: string): Promise<Peer | undefined>;
  /** By name. */
  list(): Promise<Peer[]>;
  /** Pins a root at first contact; later keeps a newer document of the same root and nothing else. Does not change the state. */
  keep(server: string, kept: KeptDocument, now: number): Promise<void>;
  touch(server: string, now: number): Promise<void>;
  /** Also one that was never met. The reason takes the place of the one before. */
  block(server: string, reason: string | null): Promise<void>;
  /** Because its root key is not `root`, the one that is pinned. A block stays, and so does what an admin decided meanwhile. */
  suspend(server: string, root: string): Promise<void>;
  /** Lifts either. */
  allow(server: string): Promise<void>;
  /** So that the root of the next contact is pinned. */
  unpin(server: string): Promise<void>;
}
