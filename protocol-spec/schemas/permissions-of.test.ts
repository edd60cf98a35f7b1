import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Permission, permissionNames } from './permissions.ts';
import { type Explanation, explainPermissions, permissionsOf, rankOf, type RightsQuestion } from './permissions-of.ts';

interface Vectors {
  cases: { name: string; question: RightsQuestion; expect: Record<string, Omit<Explanation, 'permission'>> }[];
  ranks: { name: string; question: Pick<RightsQuestion, 'owner' | 'roles' | 'member'>; rank: number }[];
}
const vectors = JSON.parse(readFileSync(new URL('../vectors/permissions.json', import.meta.url), 'utf8')) as Vectors;

for (const { name, question, expect } of vectors.cases) {
  test(`[PERM-2] ${name}`, () => {
    const explained = explainPermissions(question);
    const allowed = permissionsOf(question);
    for (const [permission, expected] of Object.entries(expect)) {
      assert.deepEqual(explained.get(permission as Permission), { permission, ...expected });
    }
    for (const [permission, explanation] of explained) assert.equal(allowed.has(permission), explanation.allowed);
    assert.deepEqual([...explained.keys()].sort(), [...permissionNames].sort());
  });
}

for (const { name, question, rank } of vectors.ranks)
  test(`[PERM-3] ${name}`, () => assert.equal(rankOf(question), rank));
