import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { table } from './table.ts';
import { fit, harmless, widthOf } from './text-width.ts';

const columns = [
  { title: 'name', value: (row: { name: string; n: number }) => row.name, flexible: true },
  { title: 'n', value: (row: { name: string; n: number }) => row.n },
];
const linesOf = (text: string) => stripVTControlCharacters(text).split('\n');

test('columns stand below each other whatever the script', () => {
  const rows = [
    { name: 'Garden 🌱', n: 5 },
    { name: '庭園', n: 12 },
    { name: 'Über', n: 100 },
  ];
  const lines = linesOf(table(columns, rows, { empty: '' }));
  assert.deepEqual(lines, ['name         n', 'Garden 🌱    5', '庭園        12', 'Über       100']);
  assert.equal(new Set(lines.map(widthOf)).size, 1);
});

test('in a narrow terminal names are cut and nothing else', () => {
  const rows = [{ name: 'a name that goes on and on', n: 123_456 }];
  assert.deepEqual(linesOf(table(columns, rows, { empty: '', width: 20 }))[1], 'a name that…  123456');
});

test('without rows it says so', () => {
  assert.equal(table(columns, [], { empty: 'Nobody.' }), 'Nobody.');
});

test('widths are those of terminals', () => {
  const cases: [string, number][] = [
    ['', 0],
    ['abc', 3],
    ['é', 1],
    ['日本', 4],
    ['👍🏽', 2],
    ['👩‍👩‍👧', 2],
    ['❤️', 2],
  ];
  for (const [text, width] of cases) assert.equal(widthOf(text), width, text);
  assert.deepEqual([fit('日本語', 5), fit('abc', 3), fit('abcd', 3)], ['日本…', 'abc', 'ab…']);
});

test('names cannot move the cursor', () => {
  assert.equal(harmless('a\u001b[2Jb\nc\u202ed'), 'a·[2Jb·c·d');
});
