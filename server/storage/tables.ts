/** The tables as they are after the last migration. Booleans are 0 or 1, times milliseconds, structures JSON text. */
export interface Tables {
  meta: { key: string; value: string };
  server_keys: {
    kid: string;
    kind: 'root' | 'signing';
    jwk: string;
    sealed: string;
    created: number;
    /** From when nothing that arrives under this key is believed. */
    revoked: number | null;
  };
  /** Other homeservers. The root key of first contact is pinned; a null one is pinned at the next contact. */
  peers: {
    server: string;
    state: 'ok' | 'suspended' | 'blocked';
    root: string | null;
    document: string | null;
    serial: number | null;
    fetched: number | null;
    first_contact: number | null;
    last_contact: number | null;
  };

  users: {
    id: string;
    /** Null once the account was deleted. */
    handle: string | null;
    /** The handle with look-alike characters folded; unique, so that nobody can pass for somebody else. */
    handle_skeleton: string | null;
    display_name: string;
    bio: string;
    pronouns: string;
    email_sealed: string | null;
    email_index: string | null;
    password: string | null;
    admin: number;
    state: 'active' | 'suspended' | 'deleted';
    status: 'online' | 'idle' | 'dnd' | 'invisible';
    status_text: string;
    identity_sealed: string | null;
    identity: string;
    created: number;
  };
  sessions: {
    id: string;
    user: string;
    device: string;
    created: number;
    last_seen: number;
    token_hash: string;
    token_expires: number;
    refresh_hash: string;
    refresh_expires: number;
  };
  /** Refresh tokens that were exchanged: seeing one again means that it was stolen. */
  used_refresh_tokens: { hash: string; session: string };
  registration_invites: {
    hash: string;
    created: number;
    expires: number | null;
    max_uses: number | null;
    uses: number;
  };

  /** Every stream has a small number of its own, which the other tables refer to. */
  streams: { no: number; space: string; stream: string; epoch: number; seq: number; hash: string; ts: number };
  /** Signed lines, never rewritten; an erased payload is null. `pos` orders the lines of all streams. */
  lines: {
    pos: number;
    stream_no: number;
    epoch: number;
    seq: number;
    type: string;
    envelope: string;
    payload: string | null;
  };
  /** Idempotency keys, kept for ever. */
  intents: { space: string; actor: string; id: string; stream_no: number; epoch: number; seq: number };
  /** Streams of deleted channels whose payloads are being erased, and how far that is. */
  erased_streams: { stream_no: number; epoch: number; seq: number };
  intent_counters: { space: string; actor: string; n: number };

  spaces: {
    id: string;
    kind: 'community' | 'dm' | 'group';
    name: string;
    description: string;
    owner: string;
    hub: string;
    created: number;
    deleted: number;
    member_count: number;
  };
  roles: {
    space: string;
    id: string;
    name: string;
    color: number | null;
    rank: number;
    permissions: string;
    hoist: number;
    mentionable: number;
  };
  channels: {
    space: string;
    id: string;
    stream_no: number;
    kind: 'text' | 'voice' | 'category';
    name: string;
    topic: string;
    parent: string | null;
    order: number;
    slow_mode: number;
    overrides: string;
  };
  members: {
    space: string;
    user: string;
    nick: string | null;
    roles: string;
    joined: number;
    timeout: number | null;
    /** Rank of the highest hoisted role and the folded name: the order of the member list. */
    sort_rank: number;
    sort_name: string;
  };
  bans: { space: string; user: string; by: string; reason: string; ts: number };
  invites: {
    space: string;
    id: string;
    creator: string;
    created: number;
    expires: number | null;
    max_uses: number | null;
    uses: number;
    role: string | null;
  };
  audit: {
    pos: number;
    space: string;
    stream: string;
    epoch: number;
    seq: number;
    ts: number;
    type: string;
    actor: string;
    target: string | null;
    target_name: string | null;
    changes: string;
    reason: string | null;
  };

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
  };
  reactions: { stream_no: number; epoch: number; seq: number; emoji: string; user: string; ts: number };
  /** Who was mentioned: a user, a role or `everyone`. */
  mentions: { stream_no: number; target: string; epoch: number; seq: number };
  read_markers: { user: string; stream_no: number; epoch: number; seq: number };
}
