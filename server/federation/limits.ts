import type { RateLimit } from '../base/rate-limit.ts';

/** How often other homeservers may ask. */
export const federationLimits = {
  /** Before it is known who asks, by address or IPv6 network. */
  address: { rate: 100, burst: 1_000 },
  /** Once it is proven. */
  peer: { rate: 200, burst: 2_000 },
} satisfies Record<string, RateLimit>;

export type FederationLimit = keyof typeof federationLimits;
