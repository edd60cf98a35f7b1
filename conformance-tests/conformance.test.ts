import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { allCases } from './all-cases.ts';
import type { Case } from './case.ts';
import { readClauses } from './clauses.ts';
import { isDisturbing } from './play.ts';
import { Rules } from './rules.ts';
import { missingAbilities, runCase } from './run-case.ts';
import type { Target } from './target.ts';
import { startFolkmoot } from './targets/folkmoot.ts';

/** Slow ones are played by `npm run conformance`. */
const quickCases = allCases.filter(({ isSlow }) => !isSlow);
const clauses = new Set(readClauses().map(({ id }) => id));
const rules = new Rules();
let target: Target & AsyncDisposable;

test('every clause that a case names is in the text', () => {
  const named = new Set(allCases.flatMap((one) => one.clauses));
  assert.deepEqual(
    [...named].filter((id) => !clauses.has(id)),
    [],
  );
});

test('every case has a title of its own', () => {
  const titles = allCases.map(({ title }) => title);
  assert.deepEqual(
    titles.filter((title, i) => titles.indexOf(title) !== i),
    [],
  );
});

describe('our homeserver', () => {
  before(async () => {
    target = await startFolkmoot();
  });
  after(() => target[Symbol.asyncDispose]());

  const play = (one: Case) => {
    test(`${one.title} [${one.clauses.join(', ')}]`, async () => {
      // Ours has every ability, so nothing is ever skipped here.
      assert.deepEqual(missingAbilities(one, target), []);
      await runCase(one, target, rules);
    });
  };
  describe('cases side by side', { concurrency: 4 }, () =>
    quickCases.filter((one) => !isDisturbing(one)).forEach(play),
  );
  describe('cases that restart it or move its clock', () => quickCases.filter(isDisturbing).forEach(play));

  describe('on the way', () => {
    test('every answer and every frame kept the rules that hold for all of them', () => {
      for (const [clause, { checked, broken }] of rules.counts) {
        assert.ok(checked > 0 && clauses.has(clause), clause);
        assert.equal(broken.join('\n'), '', clause);
      }
    });
  });
});
