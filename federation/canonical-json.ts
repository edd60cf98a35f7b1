import { isUtf8 } from 'node:buffer';
import { ProtocolError, type ProtocolErrorCode } from './protocol-error.ts';

export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
export type JsonObject = { [key: string]: JsonValue };

/** Own objects use `protocol` keys ([a-z][a-z0-9_]{0,31}); documents with foreign members (JWKs) take `any`. */
export type KeyRule = 'protocol' | 'any';

export const MAX_DEPTH = 16;
const MAX_ARRAY = 1_000;
const MAX_KEYS = 256;
const PROTOCOL_KEY = /^[a-z][a-z0-9_]{0,31}$/;

/**
 * RFC 8785 text of a value, [CAN-1] to [CAN-9]. Members that are undefined are left out, as JSON.stringify does; all else
 * that version 1 does not allow throws. `below` is how many containers the text will later be put into.
 */
export function canonicalize(value: unknown, options?: { keys?: KeyRule; below?: number }): string {
  return write(value, (options?.below ?? 0) + 1, options?.keys ?? 'protocol');
}

/** The value of a text that arrived, once it is proven to be the one canonical text of that value [CAN-10]. */
export function parseCanonical(
  received: Uint8Array | string,
  options: { maxBytes: number; keys?: KeyRule },
): JsonValue {
  const text = textWithin(received, options.maxBytes);
  const value = parseShallow(text);
  requireSame(canonicalize(value, options), text);
  return value;
}

/** First steps of [CAN-10]: size, then UTF-8. Throws `code` or `not_canonical`. */
export function textWithin(
  received: Uint8Array | string,
  maxBytes: number,
  code: ProtocolErrorCode = 'too_large',
): string {
  const size = typeof received === 'string' ? Buffer.byteLength(received) : received.byteLength;
  if (size > maxBytes) throw new ProtocolError(code, `${size} bytes, at most ${maxBytes} are allowed`);
  if (typeof received === 'string') return received;
  if (!isUtf8(received)) throw new ProtocolError('not_canonical', 'not UTF-8');
  return Buffer.from(received.buffer, received.byteOffset, received.byteLength).toString('utf8');
}

/** Next steps of [CAN-10]: depth, then JSON. The caller still has to compare with the canonical text. */
export function parseShallow(text: string): JsonValue {
  requireShallow(text);
  try {
    return JSON.parse(text);
  } catch {
    throw new ProtocolError('not_canonical', 'not JSON');
  }
}

export function requireSame(canonical: string, received: string): void {
  if (canonical !== received) throw new ProtocolError('not_canonical', 'not the canonical text of its value');
}

function requireShallow(text: string): void {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = endOfString(text, at);
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > MAX_DEPTH) throw tooDeep();
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

function write(value: unknown, depth: number, rule: KeyRule): string {
  switch (typeof value) {
    case 'string':
      return writeString(value);
    case 'number':
      return writeNumber(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (depth > MAX_DEPTH) throw tooDeep();
      return Array.isArray(value) ? writeArray(value, depth, rule) : writeObject(value, depth, rule);
    default:
      throw new ProtocolError('not_canonical', `a ${typeof value} has no JSON text`);
  }
}

function writeString(value: string): string {
  if (!value.isWellFormed()) throw new ProtocolError('not_canonical', 'lone surrogate');
  if (value.includes('\0')) throw new ProtocolError('not_canonical', 'U+0000');
  return JSON.stringify(value);
}

function writeNumber(value: number): string {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
    throw new ProtocolError('not_canonical', 'only integers within ±(2^53−1), and no −0');
  }
  return String(value);
}

function writeArray(items: unknown[], depth: number, rule: KeyRule): string {
  if (items.length > MAX_ARRAY) throw new ProtocolError('too_many_items', `an array of ${items.length} items`);
  let text = '[';
  for (let i = 0; i < items.length; i++) {
    if (i > 0) text += ',';
    text += write(items[i], depth + 1, rule);
  }
  return `${text}]`;
}

function writeObject(value: object, depth: number, rule: KeyRule): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  // A Map or a Date would otherwise be signed as {}.
  if (prototype !== Object.prototype && prototype !== null)
    throw new ProtocolError('not_canonical', 'not a plain object');
  const keys = sortedKeys(value);
  let text = '{';
  let members = 0;
  for (const key of keys) {
    const member = (value as Record<string, unknown>)[key];
    if (member === undefined) continue;
    if (++members > MAX_KEYS) throw new ProtocolError('too_many_items', `an object of more than ${MAX_KEYS} keys`);
    if (members > 1) text += ',';
    text += writeKey(key, rule) + write(member, depth + 1, rule);
  }
  return `${text}}`;
}

/** In order of UTF-16 code units, which is what `<` and sort() compare. */
function sortedKeys(value: object): string[] {
  const keys = Object.keys(value);
  for (let i = 1; i < keys.length; i++) {
    if ((keys[i - 1] as string) > (keys[i] as string)) return keys.sort();
  }
  return keys;
}

function writeKey(key: string, rule: KeyRule): string {
  if (rule === 'any') return `${writeString(key)}:`;
  if (!PROTOCOL_KEY.test(key)) throw new ProtocolError('not_canonical', 'a key that is not [a-z][a-z0-9_]{0,31}');
  return `"${key}":`;
}

function tooDeep(): ProtocolError {
  return new ProtocolError('too_deep', `more than ${MAX_DEPTH} levels`);
}
