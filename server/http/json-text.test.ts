import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../base/errors.ts';
import { parseJson } from './json-text.ts';

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

const refused: [string, string | Buffer, string][] = [
  ['nothing', '', 'invalid_json'],
  ['half of it', '{"a":', 'invalid_json'],
  ['two values', '{}{}', 'invalid_json'],
  ['a byte order mark', '\ufeff{}', 'invalid_json'],
  ['a line feed in a string', '{"a":"\n"}', 'invalid_json'],
  ['a comment', '{} // x', 'invalid_json'],
  ['NaN', 'NaN', 'invalid_json'],
  ['a key twice', '{"a":1,"a":2}', 'invalid_json'],
  ['a key twice, once escaped', '{"a":1,"\\u0061":2}', 'invalid_json'],
  ['a key twice, deeper', '[{"b":{"a":1,"a":1}}]', 'invalid_json'],
  ['__proto__ twice', '{"__proto__":1,"__proto__":2}', 'invalid_json'],
  ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'invalid_text'],
  ['an encoded surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'invalid_text'],
  ['an overlong slash', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), 'invalid_text'],
  ['U+0000', '"\\u0000"', 'invalid_text'],
  ['U+0000 in a key', '{"a\\u0000":1}', 'invalid_text'],
  ['half a surrogate pair', '["\\ud800"]', 'invalid_text'],
  ['seventeen levels', nested(17), 'too_deep'],
  ['a million levels', '['.repeat(1_000_000), 'too_deep'],
  ['a million objects', '{"a":'.repeat(1_000_000), 'too_deep'],
];

for (const [what, text, code] of refused) {
  test(`${what} is refused as ${code}`, () => {
    assert.throws(
      () => parseJson(Buffer.from(text)),
      (error) => error instanceof Refusal && error.code === code && error.status === 400,
    );
  });
}

const accepted: [string, string, unknown][] = [
  ['sixteen levels', nested(16), JSON.parse(nested(16))],
  ['brackets in strings', '{"a":"[[[[[[[[[[[[[[[[[[{:\\"]"}', { a: '[[[[[[[[[[[[[[[[[[{:"]' }],
  ['a backslash before the end of a string', '{"a":"\\\\","b":[":"]}', { a: '\\', b: [':'] }],
  ['a pair of escaped surrogates', '"\\ud83d\\ude00"', '😀'],
  ['a key once in each of two objects', '[{"a":1},{"a":1}]', [{ a: 1 }, { a: 1 }]],
  ['null and holes of lists', '[null,[null]]', [null, [null]]],
];

for (const [what, text, value] of accepted) {
  test(`${what}: read`, () => assert.deepEqual(parseJson(Buffer.from(text)), value));
}
