import { checkerOf } from '@folkmoot/protocol-spec/schemas/check.ts';
import { botsMayCall } from '@folkmoot/protocol-spec/schemas/client/bot-access.ts';
import type { Endpoint } from '@folkmoot/protocol-spec/schemas/client/endpoint.ts';
import { ErrorAnswer, type RefusalCode, refusals } from '@folkmoot/protocol-spec/schemas/errors.ts';
import { automaticClauses as clause } from './automatic-clauses.ts';
import type { Rules } from './rules.ts';
import type { RawAnswer } from './send-request.ts';

type Checker = (value: unknown) => boolean;
export type CheckedEndpoint = Pick<Endpoint, 'name' | 'method' | 'status' | 'path' | 'auth' | 'refusals'> &
  Pick<Endpoint, 'answer' | 'body' | 'query'>;

const always: readonly RefusalCode[] = ['rate_limited', 'internal', 'unavailable'];
const ofSessions: readonly RefusalCode[] = ['unauthenticated', 'session_ended'];
const ofChanges: readonly RefusalCode[] = ['cross_site', 'read_only', 'storage_full'];
const ofBodies: readonly RefusalCode[] = [
  'invalid_body',
  'invalid_json',
  'invalid_text',
  'too_deep',
  'too_large',
  'unsupported_media_type',
];

/** Every refusal that an endpoint may give. [ERR-3] */
export function refusalsOf(endpoint: CheckedEndpoint): Set<RefusalCode> {
  return new Set([
    ...endpoint.refusals,
    ...always,
    ...(endpoint.auth === 'session' ? ofSessions : []),
    ...(endpoint.auth === 'session' && !botsMayCall.has(endpoint.name) ? (['bots_cannot'] as const) : []),
    ...(endpoint.path.includes('{') ? (['not_found'] as const) : []),
    'invalid_query',
    ...(endpoint.body ? ofBodies : []),
    ...(endpoint.method === 'GET' ? [] : ofChanges),
  ]);
}

const isError = checkerOf(ErrorAnswer);
const checkers = new WeakMap<object, Checker>();

/** Looks whether an answer is one that its endpoint may give, and notes it. */
export function checkAnswer(rules: Rules, endpoint: CheckedEndpoint, answer: RawAnswer): void {
  const where = () => `${endpoint.name}: ${answer.status} ${answer.text.slice(0, 300)}`;
  const { headers } = answer;
  const isPrivate = headers['cache-control'] === 'no-store' && headers['access-control-allow-origin'] === undefined;
  rules.check(clause.caches, isPrivate, () => `${endpoint.name}: ${answer.status} ${headers['cache-control']}`);
  const policy = String(headers['content-security-policy'] ?? '');
  const isGuarded =
    headers['x-content-type-options'] === 'nosniff' &&
    headers['referrer-policy'] === 'no-referrer' &&
    ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"].every((part) => policy.includes(part));
  rules.check(clause.headers, isGuarded, where);
  // `pending` is the one refusal that is none: 202, in the form of an error.
  if (answer.status < 300 && !(answer.status === 202 && endpoint.status !== 202)) {
    rules.check(clause.answers, answer.status === endpoint.status && hasForm(endpoint, answer), where);
    return;
  }
  const error = jsonOf(answer) as ErrorAnswer;
  const isKnown = isError(error) && Object.hasOwn(refusals, error.code);
  const hasStatus = isKnown && refusals[error.code as RefusalCode].status === answer.status;
  rules.check(clause.refusals, hasStatus && isJson(answer), where);
  if (isKnown) rules.check(clause.endpointRefusals, refusalsOf(endpoint).has(error.code as RefusalCode), where);
  if (isKnown && error.retry !== undefined) {
    rules.check(clause.waits, headers['retry-after'] === String(Math.ceil(error.retry / 1_000)), where);
  }
}

function hasForm({ answer: schema }: CheckedEndpoint, answer: RawAnswer): boolean {
  if (schema === undefined) return answer.text === '';
  let checker = checkers.get(schema);
  if (checker === undefined) checkers.set(schema, (checker = checkerOf(schema)));
  return isJson(answer) && checker(jsonOf(answer));
}

const isJson = ({ headers }: RawAnswer) => /^application\/json(;|$)/.test(headers['content-type'] ?? '');

/** The value of a JSON answer; undefined where it is none. */
export function jsonOf({ text }: Pick<RawAnswer, 'text'>): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
