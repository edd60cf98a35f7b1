import { Refusal } from '../base/errors.ts';
import { isStorable } from './json-text.ts';

interface Kinds {
  string: string;
  number: number;
}

/** Where the next page starts, as a text that means nothing to a client. */
export function encodeCursor(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** The values of a cursor; undefined where none was sent. Throws `invalid_query` for one that was not made here. */
export function decodeCursor<const K extends readonly (keyof Kinds)[]>(
  cursor: string | undefined,
  kinds: K,
): { [I in keyof K]: Kinds[K[I]] } | undefined {
  if (cursor === undefined) return undefined;
  const values = parse(cursor);
  if (
    !Array.isArray(values) ||
    values.length !== kinds.length ||
    !values.every(
      (value, at) =>
        typeof value === kinds[at] && (typeof value === 'string' ? isStorable(value) : Number.isSafeInteger(value)),
    )
  ) {
    throw new Refusal('invalid_query', { path: '/after', expected: 'the `next` of a page' });
  }
  return values as unknown as { [I in keyof K]: Kinds[K[I]] };
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}
