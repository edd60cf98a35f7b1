import type { IncomingMessage } from 'node:http';
import { Type } from 'typebox';
import { botsMayCall } from '@folkmoot/protocol-spec/schemas/client/bot-access.ts';
import { Refusal } from '../base/errors.ts';
import type { RateLimiter } from '../base/rate-limit.ts';
import type { Actor, Binding, Exchange, Request } from './bind.ts';
import { checkOf } from './checks.ts';
import { type Cookies, sessionCookie } from './cookies.ts';
import { requireSameSite } from './cross-site.ts';
import type { HttpContext } from './http-context.ts';
import { readJsonBody } from './json-body.ts';
import { isStorable } from './json-text.ts';
import type { LimitName } from './limits.ts';
import { queryReader } from './query.ts';
import { requestLimit } from './rate-limit-headers.ts';

/** Who an access token belongs to; undefined when its session has ended or never was. */
export type Authenticate = (token: string) => Promise<{ user: string; session: string; bot?: boolean } | undefined>;

export interface EndpointParts {
  authenticate: Authenticate;
  cookies: Cookies;
  publicUrl: string;
  limiter: RateLimiter<LimitName>;
  /** Answers are checked against their schema too: for tests and development. */
  checkAnswers: boolean;
}

/** The way of a request through one endpoint: who asks, from where, how often, with what; then the handler. */
export function answerEndpoint(
  { endpoint, handle }: Binding,
  parts: EndpointParts,
): (context: HttpContext) => Promise<void> {
  const { cookies, publicUrl } = parts;
  const changes = endpoint.method !== 'GET';
  const limit = requestLimit(endpoint.limit, parts.limiter);
  const checkParams = endpoint.params && checkOf(endpoint.params);
  const readQuery = queryReader(endpoint.query);
  const checkBody = endpoint.body && checkOf(endpoint.body);
  const mayBeEmpty = endpoint.body !== undefined && Type.IsOptional(endpoint.body);
  const checkAnswer = parts.checkAnswers && endpoint.answer ? checkOf(endpoint.answer) : undefined;

  return async (context) => {
    const { req, res, state } = context;
    state.route = endpoint.name;

    const given = tokenOf(req, cookies);
    const known = given && (await parts.authenticate(given.token));
    const actor: Actor | undefined = known && { ...known, transport: given.transport };
    state.user = actor?.user;
    if (changes) requireSameSite(req, publicUrl, cookies.hasCredentials(req));
    limit(res, actor?.user, state.ip);
    if (endpoint.auth === 'session' && !actor) throw new Refusal(given ? 'session_ended' : 'unauthenticated');
    if (endpoint.auth === 'session' && actor?.bot && !botsMayCall.has(endpoint.name)) throw new Refusal('bots_cannot');

    const params = context.params;
    if (checkParams?.(params) || !Object.values(params).every(isStorable)) throw new Refusal('not_found');
    const query = readQuery(querystringOf(req));
    const body = checkBody && (await readJsonBody(req, mayBeEmpty));
    const mistake = checkBody?.(body);
    if (mistake) throw new Refusal('invalid_body', { ...mistake });

    const exchange: Exchange = {
      ip: state.ip,
      cookie: (name) => cookies.read(req, name),
      setCookie: (name, value, options) => cookies.write(res, name, value, options),
    };
    const answer = await handle({ params, query, body, actor: actor as Actor, visitor: actor, exchange } as Request<
      typeof endpoint
    >);

    const wrong = checkAnswer?.(answer);
    if (wrong)
      throw new Error(
        `The answer of ${endpoint.name} does not have its own form: ${wrong.path || '/'} ${wrong.expected}`,
      );
    context.status = endpoint.status;
    context.body = endpoint.status === 204 ? null : answer;
  };
}

interface GivenToken {
  token: string;
  transport: Actor['transport'];
}

/** From the header, else the cookie; a token in the query string is never one. [API-5] */
function tokenOf(request: IncomingMessage, cookies: Cookies): GivenToken | undefined {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    return { token: /^Bearer ([A-Za-z0-9_-]{1,64})$/i.exec(authorization)?.[1] ?? '', transport: 'bearer' };
  }
  const token = cookies.read(request, sessionCookie);
  return token === undefined ? undefined : { token, transport: 'cookie' };
}

function querystringOf({ url = '' }: IncomingMessage): string {
  const mark = url.indexOf('?');
  return mark === -1 ? '' : url.slice(mark + 1);
}
