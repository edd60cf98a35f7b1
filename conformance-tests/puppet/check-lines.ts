import assert from 'node:assert/strict';
import { base64url, canonical, hashOf, isSignedBy, sha256 } from './keys.ts';

export interface Envelope {
  v: number;
  space?: string;
  stream: string;
  epoch: number;
  seq: number;
  prev?: string;
  ts: number;
  type: string;
  auth?: string;
  ref?: string[];
  pc: string;
  kid: string;
  sig: string;
}

export interface ReadLine {
  text: string;
  hash: string;
  epoch: number;
  seq: number;
  /** Absent where it is hidden. */
  ev?: Envelope;
  p?: { salt: string; intent: { actor: string; type: string; body: Record<string, unknown> } } | null;
}

/** Reads lines that follow each other as chapter 2 says a receiver must, with what `keyOf` knows of the hub. */
export async function readChain(
  texts: readonly string[],
  { space, stream, keyOf }: { space: string; stream: string; keyOf: (kid: string) => Promise<string | undefined> },
): Promise<ReadLine[]> {
  const lines: ReadLine[] = [];
  for (const text of texts) {
    const line = readLine(text);
    const before = lines.at(-1);
    if (line.ev) {
      assert.equal(line.ev.stream, stream);
      if (line.ev.type !== 'space.create') assert.equal(line.ev.space, space);
      const x = await keyOf(line.ev.kid);
      assert.ok(x !== undefined && isSignedBy('event', line.ev, x), `STR-15: signature of ${text.slice(0, 200)}`);
      if (before) assert.equal(line.ev.prev, before.hash, `STR-6: prev of ${line.epoch}.${line.seq}`);
      if (before && before.epoch === line.epoch) assert.equal(line.seq, before.seq + 1, 'STR-7');
      if (line.p) assert.equal(base64url(sha256(canonical(line.p))), line.ev.pc, 'STR-3: commitment');
    }
    lines.push(line);
  }
  return lines;
}

export function readLine(text: string): ReadLine {
  const parsed = JSON.parse(text) as { ev?: Envelope; p?: ReadLine['p']; hid?: Omit<ReadLine, 'text'> };
  assert.equal(canonical(parsed), text, 'CAN-1: a line is canonical');
  if (parsed.hid) return { text, ...parsed.hid };
  const { ev, p = null } = parsed;
  if (!ev) throw new Error(`no line: ${text.slice(0, 200)}`);
  const { sig: _, ...unsigned } = ev;
  return { text, hash: hashOf('event', unsigned), epoch: ev.epoch, seq: ev.seq, ev, p };
}

/** Of positions `<epoch>.<seq>`. */
export function comparePlaces(a: string, b: string): number {
  const [[epoch = 0, seq = 0], [otherEpoch = 0, otherSeq = 0]] = [a, b].map((text) => text.split('.').map(Number)) as [
    number[],
    number[],
  ];
  return epoch - otherEpoch || seq - otherSeq;
}
