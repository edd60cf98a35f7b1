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
    /** Server name of the home of a user of another homeserver; null for an account of this one. */
    home: string | null;
    /** 1 for a program. */
    bot: number | null;
  };
  /** Bots of this homeserver, and who answers for them. */
  bots: { user: string; owner: string };
  bot_tokens: { id: string; bot: string; name: string; hash: string; created: number; last_used: number | null };
  /** Of programs that send into voice channels, or watch them; good while the session (or token of a bot) `login` is. */
  stream_tokens: {
    id: string;
    hash: string;
    kind: 'send' | 'watch';
    user: string;
    login: string;
    space: string;
    channel: string;
    watches: string | null;
    created: number;
    expires: number;
  };
  /** What communities let bots do and see; it goes with the membership. */
  bot_grants: {
    space: string;
    bot: string;
    by: string;
    ts: number;
    channels: string;
    events: string;
    content: number;
    actions: string;
    expires: number | null;
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
  /** Streams of deleted channels whose payloads are being erased, and how far that is. */
  erased_streams: { stream_no: number; epoch: number; seq: number };
  intent_counters: { space: string; actor: string; n: number };
  /** Signed intents for spaces of other hubs, until their line is here or they were refused. `told`: shown as pending. */
  outbox: {
    no: number;
    hub: string;
    space: string;
    stream: string;
    actor: string;
    id: string;
    type: string;
    line: string;
    exp: number;
    told: number;
  };

  /** Homeservers with members in a space of this one. Without members: up to where in `_` they may still read. */
  space_servers: {
    space: string;
    server: string;
    members: number;
    until_epoch: number | null;
    until_seq: number | null;
    /** Whether one of them may moderate members. */
    moderates: number;
  };
  /** Lines of `_` about a member who joined unlisted and was never listed since; without a user it is hidden from everyone. */
  hidden_lines: { stream_no: number; epoch: number; seq: number; user: string };
  /** Homeservers that know such a member, though their home is another one. */
  member_knowers: { space: string; user: string; server: string };
  /** Channels, which not everybody may see, in which such a member did something. */
  unlisted_acts: { stream_no: number; user: string };
  /** Channels that a homeserver may see, or could once. */
  server_streams: { server: string; stream_no: number; space: string; stream: string; visible: number };
  /** What was said while a homeserver could not see a channel; without an end it still cannot. */
  hidden_intervals: {
    server: string;
    stream_no: number;
    from_epoch: number;
    from_seq: number;
    until_epoch: number | null;
    until_seq: number | null;
  };
  /**
   * Reports as one list has them: `moderators` of a space of this homeserver, or `admins`. `origin` is the homeserver that sent it ('' for this one),
   * `reporter` a user of this one. Lines and text go when it is closed.
   */
  reports: {
    id: string;
    list: 'moderators' | 'admins';
    origin: string;
    letter: string;
    reporter: string | null;
    user: string;
    space: string | null;
    hub: string | null;
    stream: string | null;
    message: string | null;
    reasons: string;
    text: string;
    lines: string;
    ts: number;
    closed: number | null;
    closed_by: string | null;
    outcome: 'resolved' | 'dismissed' | 'expired' | null;
  };
  blocked_servers: { space: string; server: string; by: string; reason: string; ts: number };

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
    bitrate: number | null;
    user_limit: number | null;
  };
  members: {
    space: string;
    user: string;
    nick: string | null;
    roles: string;
    joined: number;
    timeout: number | null;
    /** Of the user; null where that is this homeserver. */
    home: string | null;
    /** Rank of the highest hoisted role and the folded name: the order of the member list. */
    sort_rank: number;
    sort_name: string;
    /** 0: on the lists; 1: on none; 2: on none since joining, so that other homeservers do not know. */
    unlisted: number;
  };
  /** Members who were on no list when their membership ended. */
  unlisted_gone: { space: string; user: string; unlisted: number };
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
    /** The only one who may use it. */
    user: string | null;
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
    /** Whether its event is not part of the history any more. */
    orphaned: number;
  };
  reactions: { stream_no: number; epoch: number; seq: number; emoji: string; user: string; ts: number };
  /** Who was mentioned: a user, a role or `everyone`. */
  mentions: { stream_no: number; target: string; epoch: number; seq: number };
  read_markers: { user: string; stream_no: number; epoch: number; seq: number };

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

  /** What another user is to one of this homeserver. */
  relationships: { user: string; other: string; kind: 'friend' | 'incoming' | 'outgoing' | 'blocked'; since: number };
  /** Direct invites that users of this homeserver have not accepted; an ignored one is kept so that it does not come back. */
  message_requests: {
    user: string;
    space: string;
    kind: 'dm' | 'group';
    hub: string;
    code: string;
    sender: string;
    ts: number;
    state: 'open' | 'ignored';
  };
  privacy: { user: string; found_by: Whose; requests_from: Whose };
  /** Whom a user has found by handle. */
  looked_up: { user: string; other: string; ts: number };
  /** What other homeservers have to be told, in order. */
  people_outbox: { server: string; n: number; id: string; path: string; body: string; created: number };
  /** What they told us, so that a repetition changes nothing. */
  people_received: { server: string; id: string; ts: number };
}

type Whose = 'everyone' | 'acquaintances' | 'nobody';
