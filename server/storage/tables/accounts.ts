/** Accounts of this homeserver and what is known of those of others, and what lets people and programs in. */
export interface AccountTables {
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
}
