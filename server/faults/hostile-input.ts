/** Numbers that look random and come again from the same seed. */
export function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

type Random = (below: number) => number;

const oddTexts = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\u202e',
  '../../x',
  '%2e%2e%2f',
  '__proto__',
  'constructor',
  "'; DROP TABLE lines;--",
  '<script>',
  '💥'.repeat(50),
  'x'.repeat(5_000),
  '1.0',
  '-1.5',
  '999999999999999999999.1',
  '@everyone',
];
const oddValues = [
  'null',
  'true',
  '-0',
  '1e400',
  '9007199254740993',
  '0.1',
  '[]',
  '{}',
  '{"$ne":null}',
  '[[[[]]]]',
  '"x"',
  '""',
  '{"__proto__":{"admin":true}}',
  '[null]',
];
const oddKeys = [
  'content',
  'nonce',
  'name',
  'permissions',
  'owner',
  'is_admin',
  '__proto__',
  'constructor',
  'rank',
  'user',
  'allow',
  'deny',
  'message',
  'op',
  'token',
  'seq',
  'users',
  'nick',
  'until',
  'handle',
  'password',
];

const oneOf = <T>(random: Random, items: readonly T[]): T => items[random(items.length)]!;

function value(random: Random, depth: number): string {
  const kind = random(depth > 4 ? 2 : 5);
  if (kind === 0) return oneOf(random, oddValues);
  if (kind === 1) return JSON.stringify(oneOf(random, oddTexts));
  if (kind === 2) return `[${Array.from({ length: random(4) }, () => value(random, depth + 1)).join()}]`;
  return object(random, depth + 1);
}

function object(random: Random, depth: number): string {
  return `{${Array.from({ length: random(6) }, () => `${JSON.stringify(oneOf(random, oddKeys))}:${value(random, depth)}`).join()}}`;
}

/** JSON of odd values, sometimes broken, repeated, nested or not text at all. */
export function hostileText(random: Random): Buffer {
  const text = random(12) === 0 ? '['.repeat(1 + random(3_000)) : object(random, 0);
  const bytes = Buffer.from(text);
  switch (random(8)) {
    case 0:
      return bytes.subarray(0, random(bytes.length + 1));
    case 1:
      return Buffer.concat([bytes, Buffer.from(oneOf(random, ['}', ',', '\u0000', '\ufeff', 'null']))]);
    case 2:
      if (bytes.length > 0) bytes[random(bytes.length)] = random(256);
      return bytes;
    case 3:
      return Buffer.from(Array.from({ length: random(200) }, () => random(256)));
    default:
      return bytes;
  }
}

/** A path of the API with its parameters replaced by ids that are right, of something else, or odd. */
export function hostilePath(random: Random, path: string, ids: readonly string[]): string {
  const odd = oddTexts.filter((text) => text !== '' && text.isWellFormed() && text.length < 1_000);
  const filled = path.replace(/\{[a-z_]+\}/g, () =>
    encodeURIComponent(random(4) === 0 ? oneOf(random, odd) : oneOf(random, ids)),
  );
  const query =
    random(4) === 0
      ? `?${oneOf(random, ['limit', 'after', 'before', 'around', 'x'])}=${encodeURIComponent(oneOf(random, odd))}`
      : '';
  return `${filled}${query}`;
}
