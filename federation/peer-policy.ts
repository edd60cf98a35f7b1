/** What an admin decided about one server, or what its change of identity did. */
export type PeerState = 'ok' | 'suspended' | 'blocked';

export interface PeerPolicy {
  mode: 'open' | 'allow-list';
  /** Names, or `*.home.example` for all names below it; of use in the mode `allow-list`. */
  allow: readonly string[];
}

export type PolicyVerdict = 'welcome' | 'server_blocked' | 'identity_changed';

/** Whether this homeserver talks with another; a block counts in every mode [FED-9]. */
export function judgePeer(server: string, state: PeerState, { mode, allow }: PeerPolicy): PolicyVerdict {
  if (state === 'blocked') return 'server_blocked';
  if (mode === 'allow-list' && !allow.some((entry) => isNamedBy(entry, server))) return 'server_blocked';
  return state === 'suspended' ? 'identity_changed' : 'welcome';
}

/** `*.home.example` does not name `home.example` itself. */
function isNamedBy(entry: string, server: string): boolean {
  return entry.startsWith('*.') ? server.endsWith(entry.slice(1)) && server.length >= entry.length : entry === server;
}
