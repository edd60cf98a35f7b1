import type { Peer, PeerStore } from './peer-store.ts';

/** Peers in memory, for tests and for programs without a database. */
export function createMemoryPeers(): PeerStore {
  const peers = new Map<string, Peer>();
  const change = (server: string, members: Partial<Peer>) =>
    peers.set(server, { ...(peers.get(server) ?? stranger(server)), ...members });
  return {
    find: async (server) => peers.get(server),
    list: async () => [...peers.values()].sort((a, b) => (a.server < b.server ? -1 : 1)),
    async keep(server, { root, document, serial }, now) {
      const { root: pinned, serial: newest, first_contact } = peers.get(server) ?? stranger(server);
      if ((pinned ?? root) !== root || (newest ?? 0) > serial) return;
      change(server, { root, document, serial, fetched: now, first_contact: first_contact ?? now });
    },
    async touch(server, now) {
      if (peers.has(server)) change(server, { last_contact: now });
    },
    async block(server, reason) {
      change(server, { state: 'blocked', reason });
    },
    async suspend(server, root) {
      const { state, root: pinned } = peers.get(server) ?? stranger(server);
      if (state === 'ok' && pinned === root) change(server, { state: 'suspended' });
    },
    async allow(server) {
      if (peers.has(server)) change(server, { state: 'ok', reason: null });
    },
    async unpin(server) {
      if (peers.has(server)) change(server, { root: null, document: null, serial: null, fetched: null });
    },
  };
}

function stranger(server: string): Peer {
  return {
    server,
    state: 'ok',
    reason: null,
    root: null,
    document: null,
    serial: null,
    fetched: null,
    first_contact: null,
    last_contact: null,
  };
}
