import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Climb, climb, start } from './climb.ts';

const TOP = 8;

/** Looks every two seconds; answers with the rung after each look. */
function looks(from: Climb, losses: readonly number[], begin = 0): { rungs: number[]; end: Climb } {
  let now = from;
  const rungs = losses.map((lost, index) => {
    now = climb(now, lost, TOP, begin + index * 2_000);
    return now.rung;
  });
  return { rungs, end: now };
}

const times = (count: number, lost: number) => Array.from({ length: count }, () => lost);

test('where nothing is lost, the best is reached by leaps', () => {
  assert.deepEqual(looks(start, times(6, 0)).rungs, [1, 3, 7, 8, 8, 8]);
});

test('where much is lost, it goes down by half and rests, and then up step by step', () => {
  const { end } = looks(start, times(5, 0));
  assert.deepEqual(looks(end, [0.3, 0.3, 0, 0, 0, 0, 0, 0], 20_000).rungs, [4, 2, 2, 2, 2, 3, 4, 5]);
});

test('where some is lost, it stays', () => {
  const { end } = looks(start, [0, 0]);
  assert.deepEqual(looks(end, times(5, 0.05), 4_000).rungs, times(5, 3));
});

test('one fall over several rungs is one fall', () => {
  const { end } = looks(start, times(5, 0));
  assert.equal(looks(end, times(4, 0.5), 10_000).end.patience, start.patience);
});

test('a step that is too high is tried less and less often', () => {
  let now: Climb = { ...start, hasFallen: true };
  const tries: number[] = [];
  for (let at = 0; at < 600_000; at += 2_000) {
    const { rung } = now;
    now = climb(now, rung > 0 ? 0.5 : 0, TOP, at);
    if (now.rung > rung) tries.push(at);
  }
  const waits = tries.slice(1).map((at, index) => at - tries[index]!);
  assert.deepEqual(
    waits,
    waits.toSorted((a, b) => a - b),
  );
  assert.ok(waits.at(-1)! >= 100_000, `${waits.join()}`);
});

test('what was wide enough for long is tried again soon after one bad moment', () => {
  const { end } = looks({ ...start, patience: 120_000, hasFallen: true }, [0, 0, 0]);
  const { end: fallen } = looks(end, [0.5], 200_000);
  assert.equal(fallen.rest, 200_000 + start.patience);
});
