import assert from 'node:assert/strict';
import { test } from 'node:test';
import reference from 'canonicalize';
import fc from 'fast-check';
import { canonicalize, type JsonValue, parseCanonical } from './canonical-json.ts';
import { ProtocolError } from './protocol-error.ts';

const text = fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\0', ''));
const key = fc.stringMatching(/^[a-z][a-z0-9_]{0,31}$/);
const integer = fc.maxSafeInteger().map((value) => value + 0);

function valuesWith(keys: fc.Arbitrary<string>): fc.Arbitrary<JsonValue> {
  return fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 8, withCrossShrink: true },
      fc.constant(null),
      fc.boolean(),
      integer,
      text,
      fc.array(tie('value'), { maxLength: 6 }),
      fc.dictionary(keys, tie('value'), { maxKeys: 8, noNullPrototype: false }),
    ),
  })).value;
}

const protocolValues = valuesWith(key);
const foreignValues = valuesWith(text);
const maxBytes = 1_000_000;

test('[CAN-1] the text is that of the reference library for every value that may be signed', () => {
  fc.assert(
    fc.property(protocolValues, (value) => canonicalize(value) === reference(value)),
    { numRuns: 3000 },
  );
  fc.assert(
    fc.property(foreignValues, (value) => canonicalize(value, { keys: 'any' }) === reference(value)),
    {
      numRuns: 1000,
    },
  );
});

test('[CAN-10] what was made canonical is read back as the same value', () => {
  const roundTrip = (value: JsonValue) => {
    const bytes = Buffer.from(canonicalize(value));
    assert.deepEqual(parseCanonical(bytes, { maxBytes }), JSON.parse(JSON.stringify(value)));
  };
  fc.assert(fc.property(protocolValues, roundTrip), { numRuns: 1000 });
});

test('[CAN-10] whatever byte of a text is changed, it is refused or it is the canonical text of another value', () => {
  const mutate = (value: JsonValue, at: number, byte: number) => {
    const bytes = Buffer.from(canonicalize(value));
    bytes[at % bytes.length] = byte;
    const read = readOrRefuse(bytes);
    if (read !== undefined) assert.ok(Buffer.from(canonicalize(read)).equals(bytes));
  };
  fc.assert(fc.property(protocolValues, fc.nat(), fc.integer({ min: 0, max: 255 }), mutate), { numRuns: 5000 });
});

test('[CAN-10] bytes of any kind give a value or a refusal, never another error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => void readOrRefuse(bytes)),
    { numRuns: 5000 },
  );
});

test('[CAN-7] brackets inside of strings are not levels', () => {
  const value = { a: '[{'.repeat(50), b: '\\"[['.repeat(20), c: '\\' };
  assert.deepEqual(parseCanonical(canonicalize(value), { maxBytes }), value);
});

test('[CAN-7] 200,000 levels are refused and the process lives', () => {
  assert.throws(() => parseCanonical('['.repeat(200_000), { maxBytes }), refusal('too_deep'));
});

test('[CAN-7] a value that will be put into another has fewer levels left', () => {
  const sixteen = JSON.parse('['.repeat(16) + ']'.repeat(16));
  assert.equal(canonicalize(sixteen).length, 32);
  assert.throws(() => canonicalize(sixteen, { below: 1 }), refusal('too_deep'));
});

test('[CAN-8] [CAN-9] 1,000 items and 256 members pass, one more does not', () => {
  const members = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]));
  assert.ok(canonicalize([Array(1000).fill(0), members(256)]));
  assert.throws(() => canonicalize(Array(1001).fill(0)), refusal('too_many_items'));
  assert.throws(() => canonicalize(members(257)), refusal('too_many_items'));
});

test('[CAN-6] a member that is undefined is left out', () => {
  assert.equal(canonicalize({ b: undefined, a: 1 }), '{"a":1}');
});

test('what JSON cannot say is not signed as something else', () => {
  const cycle: { a?: object } = {};
  cycle.a = cycle;
  for (const value of [undefined, [undefined], () => 1, 1n, new Map(), new Date(0), Buffer.alloc(1), Number.NaN]) {
    assert.throws(() => canonicalize(value), refusal('not_canonical'));
  }
  assert.throws(() => canonicalize(cycle), refusal('too_deep'));
});

test('[CAN-5] foreign documents may have other keys, __proto__ among them', () => {
  const foreign = '{"__proto__":{"x5t#S256":1},"toString":2}';
  const read = parseCanonical(foreign, { maxBytes, keys: 'any' });
  assert.equal(canonicalize(read, { keys: 'any' }), foreign);
  assert.equal(Object.getPrototypeOf(read), Object.prototype);
});

function readOrRefuse(bytes: Uint8Array): JsonValue | undefined {
  try {
    return parseCanonical(bytes, { maxBytes });
  } catch (error) {
    assert.ok(error instanceof ProtocolError, String(error));
    return undefined;
  }
}

function refusal(code: string) {
  return (error: unknown) => error instanceof ProtocolError && error.code === code;
}
