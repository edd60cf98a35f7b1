import type { AccountTables } from './tables/accounts.ts';
import type { FollowerTables } from './tables/follower.ts';
import type { HubTables } from './tables/hub.ts';
import type { LogTables } from './tables/log.ts';
import type { MessageTables } from './tables/messages.ts';
import type { PeopleTables } from './tables/people.ts';
import type { SpaceTables } from './tables/spaces.ts';

/** The tables as they are after the last migration. Booleans are 0 or 1, times milliseconds, structures JSON text. */
export interface Tables
  extends AccountTables,
    LogTables,
    SpaceTables,
    MessageTables,
    HubTables,
    FollowerTables,
    PeopleTables {
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
    /** Why an admin blocked it. */
    reason: string | null;
    root: string | null;
    document: string | null;
    serial: number | null;
    fetched: number | null;
    first_contact: number | null;
    last_contact: number | null;
  };
}
