import type { WebSocket } from 'ws';
import { generateKeyPair } from '@folkmoot/federation/keys.ts';
import { openLive } from '../federation/follower/open-socket.ts';
import type { GuardedClientOptions } from '../federation/guarded-client.ts';

/** A live connection to a server whose key document names this API. */
export function liveTo(api: string, guard: GuardedClientOptions): Promise<WebSocket> {
  const asking = {
    self: 'home.example',
    names: {},
    discovery: { keysOf: async () => ({ document: { api } }), confirm: async () => undefined },
    keys: { signing: generateKeyPair() },
    clock: { now: Date.now },
    requireWelcome: async () => undefined,
  };
  return openLive(asking as unknown as Parameters<typeof openLive>[0], guard, 'b.example');
}
