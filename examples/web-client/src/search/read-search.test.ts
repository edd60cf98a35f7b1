import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filterAt, readSearch, withoutFilter, withValue } from './read-search.ts';

const cases: readonly [text: string, words: string, filters: readonly string[]][] = [
  ['', '', []],
  ['   ', '', []],
  ['meeting at noon', 'meeting at noon', []],
  ['"at noon"  meeting', '"at noon" meeting', []],
  ['"not closed', '"not closed', []],
  ['from:wren', '', ['from=wren']],
  ['FROM:Wren noon', 'noon', ['from=Wren']],
  ['noon from: wren', 'noon', ['from=wren']],
  ['from:@wren@b.example:8448', '', ['from=@wren@b.example:8448']],
  ['from:"Wren of the Oak" acorns', 'acorns', ['from=Wren of the Oak']],
  ['from:"Wren of', '', ['from=Wren of']],
  ['in:#general has:link', '', ['in=#general', 'has=link']],
  ['from: in:general', '', ['from=', 'in=general']],
  ['mentions:me before:2026-06-12 after:2026', '', ['mentions=me', 'before=2026-06-12', 'after=2026']],
  ['on:today lunch', 'lunch', ['on=today']],
  ['login:wren https://a.example/in:b', 'login:wren https://a.example/in:b', []],
  ['"from:wren"', '"from:wren"', []],
  ['from:', '', ['from=']],
];

for (const [text, words, filters] of cases)
  test(`reads “${text}”`, () => {
    const read = readSearch(text);
    assert.equal(read.words, words);
    assert.deepEqual(
      read.filters.map(({ name, value }) => `${name}=${value}`),
      filters,
    );
  });

const carets: readonly [marked: string, filter: string | undefined][] = [
  ['from:|', 'from='],
  ['from:wr|', 'from=wr'],
  ['from: |wr', 'from=wr'],
  ['fro|m:wr', undefined],
  ['from:wren |', undefined],
  ['from:"two wo|', 'from=two wo'],
  ['noon in:gen|eral', 'in=general'],
];

for (const [marked, expected] of carets)
  test(`finds what is being typed in “${marked}”`, () => {
    const found = filterAt(marked.replace('|', ''), marked.indexOf('|'));
    assert.equal(found && `${found.name}=${found.value}`, expected);
  });

test('a value that is chosen takes the place of what was typed', () => {
  const text = 'noon from:wr acorns';
  assert.deepEqual(withValue(text, filterAt(text, 12)!, 'wren'), { text: 'noon from:wren acorns', caret: 15 });
  const loose = 'in: ';
  assert.deepEqual(withValue(loose, filterAt(loose, 4)!, 'old "tree" house'), {
    text: 'in:"old tree house" ',
    caret: 20,
  });
});

test('a filter can be taken out', () => {
  const text = 'noon from:wren acorns';
  assert.equal(withoutFilter(text, readSearch(text).filters[0]!), 'noon acorns');
});
