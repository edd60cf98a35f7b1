import type { Clock } from './clock.ts';

export interface RateLimit {
  /** Per second, once the burst is used up. */
  rate: number;
  burst: number;
}

export interface RateState {
  ok: boolean;
  limit: number;
  remaining: number;
  /** Milliseconds until everything is available again. */
  reset_ms: number;
  /** Milliseconds until the same can be tried again; 0 when it was granted. */
  retry_ms: number;
}

export interface RateLimiter<Name extends string> {
  /** Takes from the bucket of somebody (`key`: an address, a user); refuses without taking when too little is left. */
  take(name: Name, key: string, cost?: number): RateState;
}

interface Bucket {
  level: number;
  at: number;
}

/** Keys that are remembered for each limit; then the one that was longest unused is forgotten. */
const CAPACITY = 50_000;

/** Token buckets in memory. */
export function createRateLimiter<Name extends string>(
  limits: Readonly<Record<Name, RateLimit>>,
  clock: Clock,
  capacity = CAPACITY,
): RateLimiter<Name> {
  const names = Object.keys(limits) as Name[];
  const buckets = new Map(names.map((name) => [name, new Map<string, Bucket>()]));

  return {
    take(name, key, cost = 1) {
      const { rate, burst } = limits[name];
      const kept = buckets.get(name) as Map<string, Bucket>;
      const now = clock.now();
      const bucket = kept.get(key) ?? { level: burst, at: now };
      // A clock that was set back must not take away what was there.
      bucket.level = Math.min(burst, bucket.level + (Math.max(0, now - bucket.at) / 1000) * rate);
      bucket.at = now;
      const ok = bucket.level >= cost;
      if (ok) bucket.level -= cost;

      // Taken out and put back, so that the map is in the order of last use.
      kept.delete(key);
      if (kept.size === capacity) kept.delete(kept.keys().next().value as string);
      kept.set(key, bucket);

      const waitFor = (level: number) => Math.max(0, Math.ceil(((level - bucket.level) / rate) * 1000));
      return {
        ok,
        limit: burst,
        remaining: Math.floor(bucket.level),
        reset_ms: waitFor(burst),
        retry_ms: ok ? 0 : waitFor(cost),
      };
    },
  };
}

/** Grants everything, for `rate_limits = "off"`. */
export const unlimited: RateLimiter<string> = {
  take: () => ({ ok: true, limit: 1_000_000, remaining: 1_000_000, reset_ms: 0, retry_ms: 0 }),
};
