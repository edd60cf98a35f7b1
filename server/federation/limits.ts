import { ProtocolError } from '@folkmoot/federation/protocol-error.ts';
import type { RateLimit, RateLimiter } from '../base/rate-limit.ts';

/** How often other homeservers may ask. */
export const federationLimits = {
  /** Before it is known who asks, by address or IPv6 network. */
  address: { rate: 100, burst: 1_000 },
  /** Once it is proven. */
  peer: { rate: 200, burst: 2_000 },
  /** Intents of one homeserver, and of one of its users: about what an own user may do. */
  intents: { rate: 200, burst: 4_000 },
  actor: { rate: 2, burst: 60 },
  /** Handles that one homeserver may ask for: it learns few by trying. */
  lookup: { rate: 2, burst: 60 },
  /** Live connections: each is told everything that it may see. */
  live: { rate: 0.5, burst: 30 },
  /** What one homeserver says about people: friend requests, invites, changed profiles, grants of bots. */
  letter: { rate: 10, burst: 300 },
  /** Who of its users is there: it tells many at once, once a second. */
  presence: { rate: 10, burst: 100 },
  /** Reports: each may have lines to be checked. */
  report: { rate: 0.5, burst: 60 },
  /** What one moderator of another homeserver asks about reports. */
  moderation: { rate: 2, burst: 60 },
  /** Who says whom its users have in view; each time many pairs of users are looked at. */
  watch: { rate: 1, burst: 20 },
  /** Voice tokens for one user. */
  voice: { rate: 0.5, burst: 30 },
} satisfies Record<string, RateLimit>;

export type FederationLimit = keyof typeof federationLimits;

/** Throws `rate_limited`. */
export function requireTurn(limiter: RateLimiter<FederationLimit>, name: FederationLimit, key: string): void {
  const { ok, retry_ms } = limiter.take(name, key);
  if (!ok) throw new ProtocolError('rate_limited', `too many requests by ${name}`, { retry: retry_ms });
}
