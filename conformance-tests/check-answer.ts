import { checkerOf } from '@folkmoot/protocol-spec/schemas/check.ts';
import type { Endpoint } from '@folkmoot/protocol-spec/schemas/client/endpoint.ts';
import { ErrorAnswer, type RefusalCode, refusals } from '@folkmoot/protocol-spec/schemas/errors.ts';
import { automaticClauses as clause } from './automatic-clauses.ts';
import type { Rules } from './rules.ts';
import type { RawAnswer } from './send-request.ts';

type Checker = (value: unknown) => boolean;
export type CheckedEndpoint = Pick<Endpoint, 'name' | 'method' | 'status' | 'answer' | 'refusals' | 'auth' | 'body'>;

/** Refusals that any endpoint may give, because they come before it or from below it. */
const general: readonly RefusalCode[] = [
  'rate_limited',
  'busy',
  'unavailable',
  'read_only',
  'storage_full',
  'invalid_query',
  'invalid_text',
  'not_found',
];
const ofSessions: readonly RefusalCode[] = ['unauthenticated', 'session_ended', 'suspended'];
const ofChanges: readonly RefusalCode[] = ['cross_site'];
const ofBodies: readonly RefusalCode[] = [
  'invalid_body',
  'invalid_json',
  'too_deep',
  'too_large',
  'unsupported_media_type',
];

const isError = checkerOf(ErrorAnswer);
const checkers = new WeakMap<object, Checker>();

/** Looks whether an answer is one that its endpoint may give, and notes it. */
export function checkAnswer(rules: Rules, endpoint: CheckedEndpoint, answer: RawAnswer): void {
  const where = () => `${endpoint.name}: ${answer.status} ${answer.text.slice(0, 300)}`;
  rules.check(clause.noFailure, answer.status < 500 || answer.status === 507, where);
  checkSecurityHeaders(rules, answer, where);
  if (answer.status < 300) {
    rules.check(clause.answers, answer.status === endpoint.status && hasForm(endpoint, answer), where);
    return;
  }
  const error = jsonOf(answer) as ErrorAnswer;
  const isKnown = isError(error) && Object.hasOwn(refusals, error.code);
  rules.check(
    clause.refusals,
    isKnown && refusals[error.code as RefusalCode].status === answer.status && isJson(answer),
    where,
  );
  if (isKnown) rules.check(clause.endpointRefusals, mayRefuse(endpoint, error.code as RefusalCode), where);
}

function hasForm({ answer: schema }: CheckedEndpoint, answer: RawAnswer): boolean {
  if (schema === undefined) return answer.text === '';
  let checker = checkers.get(schema);
  if (checker === undefined) checkers.set(schema, (checker = checkerOf(schema)));
  return isJson(answer) && checker(jsonOf(answer));
}

function mayRefuse(endpoint: CheckedEndpoint, code: RefusalCode): boolean {
  return [
    ...endpoint.refusals,
    ...general,
    ...(endpoint.auth === 'session' ? ofSessions : []),
    ...(endpoint.method === 'GET' ? [] : ofChanges),
    ...(endpoint.body ? ofBodies : []),
  ].includes(code);
}

function checkSecurityHeaders(rules: Rules, { headers }: RawAnswer, where: () => string): void {
  const isSafe =
    headers['x-content-type-options'] === 'nosniff' &&
    headers['referrer-policy'] !== undefined &&
    headers['content-security-policy'] !== undefined &&
    headers['access-control-allow-origin'] === undefined;
  rules.check(clause.headers, isSafe, where);
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
