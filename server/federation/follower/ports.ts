import type { Cursor } from '@folkmoot/federation/schemas.ts';
import type { StreamKey, StreamStart } from '../../streams/followed-log.ts';

export interface StatePage {
  /** Of the state the hash is of its lines without those of members, in the first page and all that follow. */
  checkpoint: StreamStart & { state_hash: string };
  /** So many of the lines come before the state, of members. */
  members: number;
  /** Taken by `after`; null on the last page. */
  next: string | null;
  lines: string[];
}

export interface HubInvite {
  invite: string;
  space: { id: string; kind: 'community' | 'dm' | 'group'; name: string; description: string; member_count: number };
  inviter: string | null;
  expires: number | null;
}

/** What a follower may see of a space: its streams, where each is, and how many members there are. */
export interface SpaceHeads {
  members: number;
  /** Whether unlisted members are shown to this homeserver, too. */
  withUnlisted: boolean;
  streams: ReadonlyMap<string, Cursor>;
}

/** What a hub is asked. Throws ProtocolError, ClientError and PeerRefusal. */
export interface HubQuestions {
  preview(hub: string, code: string): Promise<HubInvite>;
  heads(hub: string, space: string): Promise<SpaceHeads>;
  /** Lines after a place, oldest first. */
  after(hub: string, key: StreamKey, cursor: Cursor, limit: number): Promise<string[]>;
  /** The newest lines before a place, oldest first. */
  before(hub: string, key: StreamKey, place: { epoch: number; seq: number }, limit: number): Promise<string[]>;
  state(hub: string, key: StreamKey, after?: string): Promise<StatePage>;
  members(hub: string, space: string, after?: string): Promise<StatePage>;
  /** Members of now and of before. */
  users(hub: string, space: string, users: readonly string[]): Promise<StatePage>;
  /** Hands lines of its own back to a hub that lost them; answers where it is then. */
  heal(hub: string, key: StreamKey, lines: readonly string[]): Promise<Cursor | null>;
  /** The signed head. */
  checkpoint(hub: string, key: StreamKey): Promise<StreamStart>;
}

/** How long what goes wrong is left alone. */
export interface FollowerTiming {
  reconnect: { first: number; longest: number };
  stopped: { first: number; longest: number };
  /** How long a channel waits for `_` [FOL-5]. */
  authMs: number;
  /** After how long what could not be kept, because the disk is full, is asked for again. */
  unkept: { first: number; longest: number };
  /** After how long each time a hub that did not answer a join is asked whether it took it. */
  unanswered: readonly number[];
}

export const usualTiming: FollowerTiming = {
  reconnect: { first: 500, longest: 60_000 },
  stopped: { first: 1_000, longest: 1_800_000 },
  authMs: 5_000,
  unkept: { first: 1_000, longest: 60_000 },
  // No longer than somebody waits for it. [FOL-18]
  unanswered: [1_000, 4_000, 60_000, 540_000],
};
