/** What is made of the lines of spaces. */
export interface SpaceTables {
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
    /** Public key that is made of the code; those of before have none. */
    key: string | null;
    max_uses: number | null;
    uses: number;
    role: string | null;
    /** The only one who may use it. */
    user: string | null;
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
  blocked_servers: { space: string; server: string; by: string; reason: string; ts: number };
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
}
