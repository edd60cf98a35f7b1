import assert from 'node:assert/strict';
import { differenceOf } from './difference.ts';
import type { RawAnswer } from './send-request.ts';

/** Headers that belong to one answer, and the id of the request in the body. */
const ofOneAnswer = new Set([
  'date',
  'x-request-id',
  'ratelimit-remaining',
  'ratelimit-reset',
  'keep-alive',
  'connection',
]);

/** What somebody can tell two answers apart by. */
export function looksOf({ status, headers, text }: RawAnswer): string {
  const kept = Object.entries(headers).filter(([name]) => !ofOneAnswer.has(name) && !name.includes('-policy'));
  return JSON.stringify([status, kept, text.replace(/"request":"[^"]*"/, '"request":""')]);
}

/** Fails unless two JSON values are equal; says where they are not. */
export function assertSame(actual: unknown, expected: unknown, what: string): void {
  assert.equal(differenceOf(actual, expected), undefined, what);
}

/** What each of many attempts came to, with how often. */
export function countsOf(outcomes: readonly (string | number)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
