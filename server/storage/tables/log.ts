/** The signed lines of all streams, and what is kept about them. */
export interface LogTables {
  /** Every stream has a small number of its own, which the other tables refer to. */
  streams: {
    no: number;
    space: string;
    stream: string;
    epoch: number;
    seq: number;
    hash: string;
    ts: number;
    /** The newest place that is not here, where a stream of another hub is followed from the middle; all after it is here. */
    back_epoch: number | null;
    back_seq: number | null;
    back_hash: string | null;
  };
  /**
   * Signed lines, never rewritten; an erased payload is null. `pos` orders the lines of all streams; it is negative where a line was
   * fetched from the past, so that it is news to nobody.
   */
  lines: {
    pos: number;
    stream_no: number;
    epoch: number;
    seq: number;
    type: string;
    envelope: string;
    payload: string | null;
    /** Who answers for the actor: the hub for its own users, their home for others; null: nobody. */
    author: 'hub' | 'home' | null;
    /** 1 where it is not understood here: kept and passed on, and nothing is made of it. */
    opaque: number;
  };
  /** Lines that the state of a stream follows from, by what they are about. */
  state_lines: { stream_no: number; key: string; epoch: number; seq: number; kind: 'first' | 'more' };
  /** Lines about places that are not here yet; applied again when these come. */
  waiting_refs: { stream_no: number; ref_epoch: number; ref_seq: number; epoch: number; seq: number };
  /** Idempotency keys, kept for ever. */
  intents: { space: string; actor: string; id: string; stream_no: number; epoch: number; seq: number };
  intent_counters: { space: string; actor: string; n: number };
  /** Streams of deleted channels whose payloads are being erased, and how far that is. */
  erased_streams: { stream_no: number; epoch: number; seq: number };
  /** Signed intents for spaces of other hubs, until their line is here or they were refused. `told`: shown as pending. */
  outbox: {
    no: number;
    hub: string;
    space: string;
    stream: string;
    actor: string;
    id: string;
    type: string;
    /** Canonical. */
    line: string;
    exp: number;
    told: number;
  };
}
