import { verify } from 'node:crypto';
import { type CheckedLine, type ExpectedStream, type Stop, verifyLine } from './chain.ts';
import { MAX_LINE } from './envelope.ts';
import type { PublicKey } from './keys.ts';
import type { Cursor } from './schemas.ts';

/** What was good of lines that came together, and why the rest is not. */
export interface CheckedLines {
  lines: CheckedLine[];
  stop?: Stop & { line: string };
}

/** Lines that follow `cursor`, in order. */
export function checkNext(texts: readonly string[], cursor: Cursor | null, expected: ExpectedStream): CheckedLines {
  const lines: CheckedLine[] = [];
  for (const text of texts) {
    const checked = verifyLine(text, lines.at(-1)?.cursor ?? cursor, expected);
    if (!checked.ok) return { lines, stop: { ...checked, line: text } };
    lines.push(checked);
  }
  return { lines };
}

/** The same, with all signatures checked at once by other threads. Where one is wrong, everything is checked again in order. */
export async function checkNextAside(
  texts: readonly string[],
  cursor: Cursor | null,
  expected: ExpectedStream,
): Promise<CheckedLines> {
  const signatures: Promise<boolean>[] = [];
  const keyOf: ExpectedStream['keyOf'] = (...asked) => {
    const key = expected.keyOf(...asked);
    return key && { ...key, verify: (bytes, signature) => signatures.push(verifyAside(key, bytes, signature)) > 0 };
  };
  const checked = checkNext(texts, cursor, { ...expected, keyOf });
  const areRight = (await Promise.all(signatures)).every((isRight) => isRight);
  return areRight ? checked : checkNext(texts, cursor, expected);
}

function verifyAside({ keyObject }: PublicKey, bytes: Uint8Array, signature: Uint8Array): Promise<boolean> {
  return new Promise((resolve) =>
    verify(null, bytes, keyObject, signature, (error, isRight) => resolve(!error && isRight)),
  );
}

/** A line without those before it, as state has them: everything is checked but that the chain leads to it. */
export function checkAlone(text: string, expected: ExpectedStream): CheckedLine | Stop {
  return verifyLine(text, cursorBefore(text), expected);
}

/**
 * The newest place that is missing. Its seq is −1 before the start of an epoch, where only the hash of the fork point is known, and its
 * hash is null before a hidden line, which does not say what it follows.
 */
export interface End {
  epoch: number;
  seq: number;
  hash: string | null;
}

/** A page of the past, oldest first, whose last line is `end`: then the chain from `end` back proves each. */
export function checkOlder(texts: readonly string[], end: End, expected: ExpectedStream): CheckedLines {
  const checked = checkNext(texts, cursorBefore(texts[0] ?? ''), expected);
  const last = checked.lines.at(-1)?.cursor;
  if (checked.stop || (last && isAt(last, end))) return checked;
  return { lines: [], stop: { ok: false, reason: 'broken_chain', code: 'wrong_prev', line: texts.at(-1) ?? '' } };
}

function isAt(cursor: Cursor, end: End): boolean {
  const isPlace = end.seq < 0 ? cursor.epoch < end.epoch : cursor.epoch === end.epoch && cursor.seq === end.seq;
  return isPlace && (end.hash === null || cursor.hash === end.hash);
}

/** What a line is about, read before it is checked: nothing but where to look for keys and places may depend on it. */
export interface Peeked {
  epoch: number;
  seq: number;
  prev?: string;
  hidden: boolean;
  kid?: string;
  auth?: string;
  /** The key of the author's home that signed the intent. */
  author?: { home: string; kid: string };
}

export function peek(text: string): Peeked | undefined {
  if (text.length > MAX_LINE) return undefined;
  try {
    const { hid, ev, p } = JSON.parse(text) as {
      hid?: Cursor;
      ev?: Cursor & { prev?: string; kid?: string; auth?: string };
      p?: { intent?: { home?: string; kid?: string } } | null;
    };
    const at = hid ?? ev;
    if (!at || !Number.isSafeInteger(at.epoch) || !Number.isSafeInteger(at.seq)) return undefined;
    const { home, kid } = p?.intent ?? {};
    return {
      epoch: at.epoch,
      seq: at.seq,
      hidden: hid !== undefined,
      ...(typeof ev?.prev === 'string' ? { prev: ev.prev } : {}),
      ...(typeof ev?.kid === 'string' && ev.kid.length < 100 ? { kid: ev.kid } : {}),
      ...(typeof ev?.auth === 'string' ? { auth: ev.auth } : {}),
      ...(isName(home) && typeof kid === 'string' && kid.length < 100 ? { author: { home, kid } } : {}),
    };
  } catch {
    return undefined;
  }
}

/** Whatever else stands there is asked of nobody and remembered nowhere. */
const isName = (home: unknown): home is string =>
  typeof home === 'string' && home.length <= 253 && /^[a-z0-9.-]+(:\d{1,5})?$/.test(home);

/** The place that a line says it follows. Where it says nothing sensible, the check that comes next finds out. */
function cursorBefore(text: string): Cursor | null {
  const line = peek(text);
  if (!line || (line.epoch === 1 && line.seq === 0)) return null;
  const hash = line.prev ?? 'A'.repeat(43);
  return line.seq > 0 ? { epoch: line.epoch, seq: line.seq - 1, hash } : { epoch: line.epoch - 1, seq: 0, hash };
}
