import type { PeerStore } from '@folkmoot/federation/peer-store.ts';
import { type PingAnswer, PingRequest } from '@folkmoot/protocol-spec/schemas/federation/ping.ts';
import type { Clock } from '../base/clock.ts';
import type { FederationEndpoint } from './endpoint.ts';

export const PING_PATH = '/ping';

/** Says how the request was understood: an operator sees what a proxy or a wrong clock did to it. [FED-8] */
export function pingEndpoint(serverName: string, clock: Clock, peers: PeerStore): FederationEndpoint {
  return {
    name: 'ping',
    method: 'POST',
    path: PING_PATH,
    body: PingRequest,
    maxBytes: 1_024,
    async answer({ server, kid, method, target, sent, nonce, digest }): Promise<PingAnswer> {
      const root = (await peers.find(server))?.root ?? '';
      return {
        v: 1,
        server: serverName,
        versions: [1],
        server_time: clock.now(),
        understood: { server, kid, root, method, target, sent, nonce, digest },
      };
    },
  };
}
