import assert from 'node:assert/strict';
import { test } from 'node:test';
import { searchTermsOf } from '@folkmoot/protocol-spec/client/search-words.ts';
import { markedParts } from './marked-parts.ts';

const cases: readonly [text: string, query: string, marked: string][] = [
  ['The acorn harvest', 'acorn', 'The [acorn] harvest'],
  ['Acorns and ACORN', 'acorn', '[Acorns] and [ACORN]'],
  ['Café, cafe', 'cafe', '[Café], [cafe]'],
  ['at noon, at ten', '"at noon"', '[at noon], at ten'],
  ['noon at noon', 'noon at', '[noon] [at] [noon]'],
  ['古い樫の木', '樫の木', '古い[樫の木]'],
  ['nothing here', 'acorn', 'nothing here'],
  ['', 'acorn', ''],
];

for (const [text, query, marked] of cases)
  test(`“${query}” is marked in “${text}”`, () => {
    const parts = markedParts(text, searchTermsOf(query));
    assert.equal(parts.map((part) => (part.found ? `[${part.text}]` : part.text)).join(''), marked);
    assert.equal(parts.map((part) => part.text).join(''), text);
  });
