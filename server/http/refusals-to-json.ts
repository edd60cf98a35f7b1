import type { Middleware } from 'koa';
import type { Log } from '../base/log.ts';
import { failureOf } from './error-answer.ts';
import type { HttpState } from './http-context.ts';

/** Turns whatever is thrown further in into a JSON answer; a bug is logged and the process lives on. */
export function refusalsToJson(log: Log): Middleware<HttpState> {
  return async (context, next) => {
    try {
      await next();
    } catch (error) {
      const { requestId: request, route } = context.state;
      const { status, answer, retry, broken } = failureOf(error, request);
      if (broken)
        log.error(
          { err: error instanceof Error ? error : new Error(String(error)), request, route },
          'a request failed',
        );
      context.status = status;
      context.body = answer;
      if (retry !== undefined) context.res.setHeader('Retry-After', String(Math.ceil(retry / 1_000)));
    }
  };
}
