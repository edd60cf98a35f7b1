/** What people are to each other, and what homeservers tell each other of it. */
export interface PeopleTables {
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
