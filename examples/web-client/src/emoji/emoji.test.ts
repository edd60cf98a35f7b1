import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emojiGroups } from './emoji-data.ts';
import { findEmoji, replaceShortcodes } from './emoji-search.ts';

const all = emojiGroups.flatMap((group) => group.emoji);

test('every sign of the picker is one emoji that a homeserver takes, and there once', () => {
  const wrong = all.filter(({ sign }) => !/^\p{RGI_Emoji}$/v.test(sign)).map(({ sign, name }) => `${sign} ${name}`);
  assert.deepEqual(wrong, []);
  assert.equal(new Set(all.map(({ sign }) => sign)).size, all.length);
});

test('emoji are found by the start of their names, the exact one first', () => {
  assert.equal(findEmoji('fire', 3)[0]?.sign, '🔥');
  assert.equal(findEmoji('thumbsu', 3)[0]?.sign, '👍');
  assert.ok(findEmoji('party', 5).some(({ sign }) => sign === '🎉'));
  assert.deepEqual(findEmoji('qqqq', 3), []);
});

test('short codes become signs, but not in code', () => {
  assert.equal(replaceShortcodes('well :tada: done'), 'well 🎉 done');
  assert.equal(replaceShortcodes('`:tada:` and :nothing_like_it:'), '`:tada:` and :nothing_like_it:');
});
