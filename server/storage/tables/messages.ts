/** What is said, and how far it was read. */
export interface MessageTables {
  messages: {
    stream_no: number;
    epoch: number;
    seq: number;
    author: string;
    ts: number;
    edited: number | null;
    reply_to: string | null;
    content: string;
    mentions: string;
    intent: string;
    /** Positions of its edits, erased together with it. */
    edits: string;
    /** When it was pinned. */
    pinned: number | null;
    deleted: number;
    /** Whether its event is not part of the history any more. */
    orphaned: number;
  };
  /** By time, the newest last. SQLite's `search_index` and PostgreSQL's `vector` find the words. */
  search_entries: {
    place: number;
    stream_no: number;
    epoch: number;
    seq: number;
    words: string;
    /** Where it was edited: these and those that it is indexed by from before. */
    indexed: string | null;
  };
  /** In SQLite only: entries whose words the index is told at the end of the transaction, from that character on. */
  search_pending: { place: number; start: number };
  reactions: { stream_no: number; epoch: number; seq: number; emoji: string; user: string; ts: number };
  /** Who was mentioned: a user, a role or `everyone`. */
  mentions: { stream_no: number; target: string; epoch: number; seq: number };
  read_markers: { user: string; stream_no: number; epoch: number; seq: number };
}
