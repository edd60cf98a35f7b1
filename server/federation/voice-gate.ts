import type { EphemeralItem } from '@folkmoot/protocol-spec/schemas/federation/live.ts';
import { peerVoiceToken, type VoiceTokenRequest } from '@folkmoot/protocol-spec/schemas/federation/voice.ts';
import { Refusal } from '../base/errors.ts';
import type { RateLimiter } from '../base/rate-limit.ts';
import { bindPeer, type PeerBinding } from './endpoint.ts';
import { type FederationLimit, requireTurn } from './limits.ts';

/** What other homeservers ask and say about voice. `server` is proven. */
export interface VoiceDesk {
  /** Throws Refusal. */
  issue(server: string, request: VoiceTokenRequest): Promise<{ url: string; token: string; expires: number }>;
  /** A follower says something about its users, in spaces of this homeserver. */
  heard(server: string, items: readonly EphemeralItem[]): void;
  /** A follower is told about voice from now on. */
  told(server: string, space?: string): void;
}

/** Where voice takes its place once it is built. */
export class VoiceGate {
  desk: VoiceDesk | undefined;
  readonly #limiter: RateLimiter<FederationLimit>;

  constructor(limiter: RateLimiter<FederationLimit>) {
    this.#limiter = limiter;
  }

  bindings(): PeerBinding[] {
    return [
      bindPeer(peerVoiceToken, async ({ server, value }) => {
        requireTurn(this.#limiter, 'voice', `${server} ${value.user}`);
        if (this.desk === undefined) throw new Refusal('voice_off');
        return { v: 1 as const, ...(await this.desk.issue(server, value)) };
      }),
    ];
  }
}
