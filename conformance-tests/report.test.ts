import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Case, conformance } from './case.ts';
import { readClauses } from './clauses.ts';
import { play } from './play.ts';
import { resultsOf, textOf } from './report.ts';
import { Waiting } from './waiting.ts';

const quiet = { atOnce: 1, onPlayed: () => undefined };
const nowhere = { url: 'http://127.0.0.1:9' };

async function outcomesOf(...cases: Case[]): Promise<Record<string, string>> {
  const performed = await play(cases, nowhere, quiet);
  const results = resultsOf(
    ['A-1', 'A-2', 'A-3', 'A-4', 'A-5'].map((id) => ({ id, file: 'a.md' })),
    performed,
  );
  assert.match(textOf(results), /clauses: \d passed, \d failed, \d not exercised/);
  return Object.fromEntries(results.map(({ clause, outcome }) => [clause, outcome]));
}

test('a clause fails with one of its cases, and is not exercised where none could be played', async () => {
  const outcomes = await outcomesOf(
    conformance(['A-1', 'A-2'], 'holds', async () => undefined),
    conformance('A-2', 'breaks', async () => assert.fail('it broke')),
    conformance('A-3', 'cannot be played', async () => assert.fail('it was played'), { needs: ['kill'] }),
    conformance('A-4', 'breaks a rule on its way', async ({ rules }) => rules.check('A-5', false, () => 'broken')),
  );
  assert.deepEqual(outcomes, {
    'A-1': 'passed',
    'A-2': 'failed',
    'A-3': 'not exercised',
    'A-4': 'passed',
    'A-5': 'failed',
  });
});

test('a case that waits for what never comes says for what', async () => {
  const waits = conformance(
    'A-1',
    'waits',
    async ({ signal }) => {
      await new Waiting(signal).until(
        () => undefined,
        () => 'waited for Godot',
      );
    },
    { patience: 20 },
  );
  const { played } = await play([waits], nowhere, quiet);
  assert.match(played[0]?.reason ?? '', /waited for Godot \(and no longer\)/);
});

test('clauses are read from the text, each once', () => {
  const ids = readClauses().map(({ id }) => id);
  assert.ok(ids.length > 100);
  assert.equal(new Set(ids).size, ids.length);
});
