import type { ServerResponse } from 'node:http';
import { Refusal } from '../base/errors.ts';
import { networkOf } from './client-address.ts';
import { type NamedLimit, namedLimits } from './limits.ts';

export interface RateLimiter {
  /** Counts one more of what the key names. */
  take(key: string, limit: NamedLimit): { allowed: boolean; remaining: number; resetMs: number };
}

/** Counts a request; who asks is a user or, without one, an address. Throws Refusal `rate_limited`. */
export type RequestLimit = (response: ServerResponse, user: string | undefined, ip: string) => void;

/** The limit of that name, told in the RateLimit headers of every answer. [LIM-2] */
export function requestLimit(name: string, limiter: RateLimiter): RequestLimit {
  const limit = namedLimits.get(name);
  if (limit === undefined) throw new Error(`No limit is called ${name}`);
  return (response, user, ip) => {
    const { allowed, remaining, resetMs } = limiter.take(`${name} ${user ?? networkOf(ip)}`, limit);
    response.setHeader('RateLimit-Limit', limit.times);
    response.setHeader('RateLimit-Remaining', remaining);
    response.setHeader('RateLimit-Reset', Math.ceil(resetMs / 1_000));
    if (!allowed) throw new Refusal('rate_limited', { retry: resetMs });
  };
}
