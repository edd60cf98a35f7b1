import { isUtf8 } from 'node:buffer';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { Refusal } from '../base/errors.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/**
 * The value of JSON bytes from outside. Throws Refusal `invalid_text`, `too_deep` or `invalid_json`; the latter also for a key that is there
 * twice, because two readers of such a text could see different values. [API-3]
 */
export function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new Refusal('invalid_text');
  const { members, escapes } = scan(bytes);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new Refusal('invalid_json');
  }
  if (membersOf(value, escapes) !== members) throw new Refusal('invalid_json', { reason: 'a key is there twice' });
  return value;
}

/** Whether text may be stored: PostgreSQL refuses U+0000, and SQLite changes lone surrogates. */
export const isStorable = (text: string) => text.isWellFormed() && !text.includes('\0');

/** Before the parser, which would overflow the stack on what this refuses. */
function scan(bytes: Buffer): { members: number; escapes: boolean } {
  let depth = 0;
  let members = 0;
  let escapes = false;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inString) {
      if (byte === QUOTE) inString = false;
      else if (byte === BACKSLASH) {
        escapes = true;
        i++;
      }
    } else if (byte === QUOTE) inString = true;
    else if (byte === COLON) members++;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > limits.jsonDepth) throw new Refusal('too_deep', { limit: limits.jsonDepth });
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return { members, escapes };
}

/** Counts members. Only escapes can put U+0000 or half a surrogate pair into a string of valid UTF-8. */
function membersOf(value: unknown, checkText: boolean): number {
  if (typeof value === 'string') {
    if (checkText && !isStorable(value)) throw new Refusal('invalid_text');
    return 0;
  }
  if (typeof value !== 'object' || value === null) return 0;
  let members = 0;
  if (Array.isArray(value)) {
    for (const item of value) members += membersOf(item, checkText);
    return members;
  }
  const entries = value as Record<string, unknown>;
  for (const key of Object.keys(entries)) {
    if (checkText && !isStorable(key)) throw new Refusal('invalid_text');
    members += 1 + membersOf(entries[key], checkText);
  }
  return members;
}
