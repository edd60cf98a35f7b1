import type { PeerStore } from '@folkmoot/federation/peer-store.ts';
import { type PingAnswer, peerPing } from '@folkmoot/protocol-spec/schemas/federation/ping.ts';
import type { Clock } from '../base/clock.ts';
import { bindPeer, type PeerBinding } from './endpoint.ts';

/** Says how the request was understood: an operator sees what a proxy or a wrong clock did to it. [FED-8] */
export function pingEndpoint(serverName: string, clock: Clock, peers: PeerStore): PeerBinding {
  return bindPeer(peerPing, async ({ server, kid, method, target, sent, nonce, digest }): Promise<PingAnswer> => {
    const root = (await peers.find(server))?.root ?? '';
    return {
      v: 1,
      server: serverName,
      versions: [1],
      server_time: clock.now(),
      understood: { server, kid, root, method, target, sent, nonce, digest },
    };
  });
}
