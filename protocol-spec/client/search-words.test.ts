import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import vectors from '../vectors/search.json' with { type: 'json' };
import { placedWordsOf, placesOfTerm, searchTermsOf } from './search-words.ts';

const finds = (text: string, q: string) => {
  const [words, terms] = [placedWordsOf(text), searchTermsOf(q)];
  return terms.length > 0 && terms.every((term) => placesOfTerm(words, term).length > 0);
};

for (const { text, q, found } of vectors.cases)
  test(`[SRCH-4] ${q} ${found ? 'finds' : 'does not find'} ${text}`, () => assert.equal(finds(text, q), found));

test('[SRCH-2] every text finds itself, in quotes too, where it has a word', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      if (placedWordsOf(text).length === 0) return;
      assert.ok(finds(text, text.replaceAll('"', ' ')));
      assert.ok(finds(text, `"${text.replaceAll('"', ' ')}"`));
    }),
  );
});

test('the place of a word is where it stands in the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      let before = 0;
      for (const { word, start, end } of placedWordsOf(text)) {
        assert.ok(word !== '' && start >= before && start < end && end <= text.length);
        before = start;
      }
    }),
  );
});
