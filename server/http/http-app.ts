import type { RequestListener } from 'node:http';
import Koa from 'koa';
import { Refusal } from '../base/errors.ts';
import type { Clock } from '../base/clock.ts';
import type { RateLimiter } from '../base/rate-limit.ts';
import type { Config } from '../base/settings.ts';
import type { Log } from '../base/log.ts';
import { answerEndpoint, type Authenticate } from './answer-endpoint.ts';
import type { Binding } from './bind.ts';
import { clientAddress } from './client-address.ts';
import { cookiesFor } from './cookies.ts';
import { documentationPages } from './documentation-pages.ts';
import { healthPages } from './health-pages.ts';
import type { HttpContext, HttpState } from './http-context.ts';
import { createIndexedRouter, type IndexedRouter } from './indexed-router.ts';
import type { LimitName } from './limits.ts';
import type { Page } from './page.ts';
import { refusalsToJson } from './refusals-to-json.ts';
import { requestLog } from './request-log.ts';
import { securityHeaders } from './security-headers.ts';
import { webClient } from './web-client.ts';

export interface HttpAppOptions {
  config: Pick<Config, 'public_url' | 'trusted_proxies'>;
  log: Log;
  clock: Clock;
  /** Over `namedLimits`, or `unlimited`. */
  limiter: RateLimiter<LimitName>;
  authenticate: Authenticate;
  bindings: readonly Binding[];
  /** Why this homeserver should get no traffic now; none when it is ready. */
  reasonsAgainst: () => readonly string[];
  /** Folder of the built web client. */
  webClientFolder: string;
  /** Further documents, such as `/.well-known/folkmoot`. */
  pages?: readonly Page[];
  /** Checks every answer against its schema, for tests and development. */
  checkAnswers?: boolean;
}

/** Everything served over HTTP, as one onion: log, headers, errors, then the endpoint, document or web client. */
export function createHttpApp(options: HttpAppOptions): RequestListener {
  const { config, log } = options;
  const router = routerOf(options);
  const setSecurityHeaders = securityHeaders(config.public_url);
  const addressOf = clientAddress(config.trusted_proxies);

  const app = new Koa<HttpState>();
  app.on('error', (error: unknown) => log.warn({ err: error }, 'an answer could not be sent'));
  app.use(requestLog(log, options.clock));
  app.use(async (context, next) => {
    setSecurityHeaders(context.res);
    if (context.req.url?.startsWith('/api/')) context.res.setHeader('Cache-Control', 'no-store');
    context.state.ip = addressOf(context.req);
    context.state.route = 'none';
    if (context.path.startsWith('/api/')) context.res.setHeader('Cache-Control', 'no-store');
    await next();
  });
  app.use(refusalsToJson(log));
  app.use(requirePlainTarget);
  app.use(router.middleware);
  app.use(webClient(options.webClientFolder));
  app.use((context) => nothingHere(context as unknown as HttpContext));
  const callback = app.callback();
  return (request, response) => void callback(request, response);
}

function routerOf({
  config,
  authenticate,
  limiter,
  bindings,
  checkAnswers = false,
  reasonsAgainst,
  pages = [],
}: HttpAppOptions): IndexedRouter {
  const router = createIndexedRouter();
  const parts = {
    authenticate,
    cookies: cookiesFor(config.public_url),
    publicUrl: config.public_url,
    limiter,
    checkAnswers,
  };
  for (const binding of bindings)
    router.add(binding.endpoint.method, `/api/v1${binding.endpoint.path}`, answerEndpoint(binding, parts));
  for (const page of [...healthPages(reasonsAgainst), ...documentationPages(), ...pages])
    router.add('GET', page.path, answerPage(page));
  return router;
}

function answerPage(page: Page): (context: HttpContext) => Promise<void> {
  return async (context) => {
    context.state.route = page.name;
    const { status = 200, type, body, headers = {} } = await page.answer(context.req);
    context.status = status;
    context.type = type;
    for (const [name, value] of Object.entries(headers)) context.res.setHeader(name, value);
    context.body = body;
  };
}

/** Only `/path?query`: what koa parses beyond that form can throw. */
const requirePlainTarget: Koa.Middleware<HttpState> = ({ req }, next) => {
  if (!/^\/[!-~]*$/.test(req.url ?? '') || req.url?.includes('#')) throw new Refusal('not_found');
  return next();
};

function nothingHere(context: HttpContext): never {
  const methods = new Set(context.matched?.flatMap((route) => route.methods));
  if (methods.size === 0) throw new Refusal('not_found');
  context.res.setHeader('Allow', [...methods].join(', '));
  throw new Refusal('method_not_allowed');
}
