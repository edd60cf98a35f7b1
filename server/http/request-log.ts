import { randomBytes } from 'node:crypto';
import type { Middleware } from 'koa';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { HttpState } from './http-context.ts';

/**
 * Gives each request its id and, at level `debug`, one line: names of routes instead of paths and queries, because those can hold
 * codes and tokens.
 */
export function requestLog(log: Log, clock: Clock): Middleware<HttpState> {
  const process = randomBytes(4).toString('hex');
  let count = 0;
  return async (context, next) => {
    const requestId = `${process}-${(++count).toString(36)}`;
    context.state.requestId = requestId;
    context.res.setHeader('X-Request-Id', requestId);
    if (!log.isLevelEnabled('debug')) return next();
    const start = clock.now();
    await next();
    const { route, user, ip } = context.state;
    log.debug(
      { request: requestId, method: context.method, route, status: context.status, ms: clock.now() - start, user, ip },
      'request',
    );
  };
}
