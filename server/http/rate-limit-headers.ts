import type { ServerResponse } from 'node:http';
import { Refusal } from '../base/errors.ts';
import type { RateLimiter } from '../base/rate-limit.ts';
import { networkOf } from './client-address.ts';
import { type LimitName, namedLimits } from './limits.ts';

/** Counts a request of a user or, without one, of an address. Throws Refusal `rate_limited`. [LIM-4] */
export type RequestLimit = (response: ServerResponse, user: string | undefined, ip: string) => void;

/** The limit that an endpoint names, told in the RateLimit headers of every answer. [LIM-2] */
export function requestLimit(name: string, limiter: RateLimiter<LimitName>): RequestLimit {
  if (!isLimit(name)) throw new Error(`No limit is called ${name}`);
  return (response, user, ip) => {
    const { ok, limit, remaining, reset_ms, retry_ms } = limiter.take(name, user ?? networkOf(ip));
    response.setHeader('RateLimit-Limit', limit);
    response.setHeader('RateLimit-Remaining', remaining);
    response.setHeader('RateLimit-Reset', Math.ceil(reset_ms / 1_000));
    if (!ok) throw new Refusal('rate_limited', { retry: retry_ms });
  };
}

const isLimit = (name: string): name is LimitName => Object.hasOwn(namedLimits, name);
