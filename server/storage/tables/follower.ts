/** The spaces of other hubs that are followed. */
export interface FollowerTables {
  /**
   * Spaces of other hubs with members of this homeserver. `joining`: nothing of it is here yet; `members`: the member list is being
   * fetched and is there up to `members_after`; `whole`: all is here.
   */
  follows: {
    space: string;
    hub: string;
    since: number;
    stage: 'joining' | 'members' | 'whole';
    members_after: string | null;
    /** Whether the hub shows unlisted members, too. */
    moderates: number;
  };
  /** What users of this homeserver asked to join at other hubs, as long as it is not known that it happened. */
  own_joins: {
    space: string;
    user: string;
    /** Of the intent. */
    id: string;
    hub: string;
    /** What they were told that the space is. */
    kind: string;
    asked: number;
    /** They wait for it so long; 0 where they do not any more. */
    until: number;
    /** Whether the hub was told that it is not wished. */
    leaving: number;
  };
  /** Who has left a space whose hub did not take it yet, with the signed intent that says so. */
  departures: { space: string; user: string; hub: string; id: string; line: string; exp: number };
  /** Streams that are not read on for the moment, with the line that was wrong. */
  stopped_streams: {
    space: string;
    stream: string;
    reason: string;
    code: string;
    line: string | null;
    since: number;
    next_try: number;
    tries: number;
  };
  /** Events that a hub has lost and did not go on from: they stay, and are not part of the stream any more. */
  orphans: { stream_no: number; epoch: number; seq: number };
  /** Two signed things about one place that cannot both be true. */
  evidence: {
    space: string;
    stream: string;
    epoch: number;
    seq: number;
    hash: string;
    ours: string;
    theirs: string;
    ts: number;
    /** Whose signature says so: the hub's own, or that of the home of an author. */
    accuser: string;
  };
}
