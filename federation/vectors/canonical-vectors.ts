import { createHash } from 'node:crypto';
import { canonicalize, type JsonValue } from '../canonical-json.ts';
import type { ProtocolErrorCode } from '../protocol-error.ts';

/** A text as pieces, each repeated: `[["[", 17], ["]", 17]]`. */
type Pieces = [piece: string, times: number][];

export type InvalidText = {
  name: string;
  clause: string;
  code: ProtocolErrorCode;
  /** Exactly one of the three: the bytes are those of the text, the hex or the pieces. */
  text?: string;
  hex?: string;
  pieces?: Pieces;
};

const valid: Record<string, JsonValue> = {
  null: null,
  'an empty object': {},
  'an empty array': [],
  'keys in order of UTF-16 code units': { b: 1, a: 2, a_1: 3, a1: 4, aa: 5 },
  'integers at the ends of the range': [-9007199254740991, 0, 9007199254740991],
  'escapes that RFC 8785 asks for': '"\\/\b\t\n\f\r\u0001\u001f\u007f',
  'text that is not escaped': 'é ß ↔ 漢字 \u2028 \ufeff 😀',
  'text that is not normalised': ['\u00e9', 'e\u0301'],
  'sixteen levels': nested(16),
};

function nested(levels: number): JsonValue {
  return levels === 1 ? [] : [nested(levels - 1)];
}

const invalid: InvalidText[] = [
  { name: 'a duplicate key', clause: 'CAN-3', code: 'not_canonical', text: '{"a":1,"a":1}' },
  { name: 'keys out of order', clause: 'CAN-1', code: 'not_canonical', text: '{"b":1,"a":2}' },
  { name: 'white space before', clause: 'CAN-1', code: 'not_canonical', text: ' {}' },
  { name: 'white space after', clause: 'CAN-1', code: 'not_canonical', text: '{} ' },
  { name: 'white space inside', clause: 'CAN-1', code: 'not_canonical', text: '{"a": 1}' },
  { name: 'a byte order mark', clause: 'CAN-1', code: 'not_canonical', hex: 'efbbbf7b7d' },
  { name: 'nothing', clause: 'CAN-10', code: 'not_canonical', text: '' },
  { name: 'two values', clause: 'CAN-10', code: 'not_canonical', text: '{}{}' },
  { name: 'a needless escape', clause: 'CAN-1', code: 'not_canonical', text: '"\\u0041"' },
  { name: 'an escaped slash', clause: 'CAN-1', code: 'not_canonical', text: '"\\/"' },
  { name: 'an escape in capitals', clause: 'CAN-1', code: 'not_canonical', text: '"\\u001F"' },
  { name: 'an escaped pair of surrogates', clause: 'CAN-1', code: 'not_canonical', text: '"\\ud83d\\ude00"' },
  { name: 'a lone surrogate in a value', clause: 'CAN-4', code: 'not_canonical', text: '"\\ud83d"' },
  { name: 'a lone surrogate in a key', clause: 'CAN-4', code: 'not_canonical', text: '{"\\ud83d":1}' },
  { name: 'a surrogate encoded in UTF-8', clause: 'CAN-10', code: 'not_canonical', hex: '22eda0bd22' },
  { name: 'an overlong encoding', clause: 'CAN-10', code: 'not_canonical', hex: '22c08022' },
  { name: 'a cut sequence', clause: 'CAN-10', code: 'not_canonical', hex: '22c3' },
  { name: 'U+0000', clause: 'CAN-4', code: 'not_canonical', text: '"\\u0000"' },
  { name: 'a fraction', clause: 'CAN-2', code: 'not_canonical', text: '0.1' },
  { name: 'an integer with a fraction', clause: 'CAN-2', code: 'not_canonical', text: '1.0' },
  { name: 'an exponent', clause: 'CAN-2', code: 'not_canonical', text: '1e2' },
  { name: 'a number beyond all', clause: 'CAN-2', code: 'not_canonical', text: '1E400' },
  { name: 'minus zero', clause: 'CAN-2', code: 'not_canonical', text: '-0' },
  { name: '2^53', clause: 'CAN-2', code: 'not_canonical', text: '9007199254740992' },
  { name: '2^53 + 1', clause: 'CAN-2', code: 'not_canonical', text: '9007199254740993' },
  { name: 'a key in capitals', clause: 'CAN-5', code: 'not_canonical', text: '{"A":1}' },
  { name: 'a key with a digit first', clause: 'CAN-5', code: 'not_canonical', text: '{"1":1}' },
  { name: 'an empty key', clause: 'CAN-5', code: 'not_canonical', text: '{"":1}' },
  { name: 'the key __proto__', clause: 'CAN-5', code: 'not_canonical', text: '{"__proto__":1}' },
  {
    name: 'a key of 33 characters',
    clause: 'CAN-5',
    code: 'not_canonical',
    pieces: [
      ['{"', 1],
      ['a', 33],
      ['":1}', 1],
    ],
  },
  {
    name: '17 levels',
    clause: 'CAN-7',
    code: 'too_deep',
    pieces: [
      ['[', 17],
      [']', 17],
    ],
  },
  {
    name: '2,000 levels',
    clause: 'CAN-7',
    code: 'too_deep',
    pieces: [
      ['{"a":', 2000],
      ['1', 1],
      ['}', 2000],
    ],
  },
  { name: '40,000 levels, never closed', clause: 'CAN-7', code: 'too_deep', pieces: [['[', 40_000]] },
  {
    name: '1,001 items',
    clause: 'CAN-8',
    code: 'too_many_items',
    pieces: [
      ['[1', 1],
      [',1', 1000],
      [']', 1],
    ],
  },
  {
    name: 'one byte more than 65,536',
    clause: 'CAN-10',
    code: 'too_large',
    pieces: [
      ['"', 1],
      ['a', 65_535],
      ['"', 1],
    ],
  },
  {
    name: 'the same in characters of four bytes',
    clause: 'CAN-10',
    code: 'too_large',
    pieces: [
      ['"', 1],
      ['😀', 16_383],
      ['abc"', 1],
    ],
  },
];

export function bytesOfText({ text, hex, pieces }: Pick<InvalidText, 'text' | 'hex' | 'pieces'>): Buffer {
  if (hex !== undefined) return Buffer.from(hex, 'hex');
  return Buffer.from(text ?? (pieces ?? []).map(([piece, times]) => piece.repeat(times)).join(''));
}

export function canonicalVectors() {
  return {
    about:
      'Texts for a receiver that takes at most max_bytes. A valid one is exactly this; an invalid one is refused with the code.',
    max_bytes: 65_536,
    valid: Object.entries(valid).map(([name, value]) => {
      const text = canonicalize(value);
      return { name, value, text, sha256: createHash('sha256').update(text).digest('hex') };
    }),
    invalid,
  };
}
