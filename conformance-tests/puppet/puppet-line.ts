import { randomBytes } from 'node:crypto';
import { base64url, canonical, hashOf, jwkOf, type Key, randomId, sha256, signatureOf } from './keys.ts';
import type { PuppetUser } from './puppet-user.ts';

/** A line that a puppet wrote, and its place. */
export interface PuppetLine {
  text: string;
  epoch: number;
  seq: number;
  hash: string;
}

/** What an event says beside its type and body. */
export interface EventFields {
  actor: Pick<PuppetUser, 'id' | 'next'>;
  home: string;
  /** Absent in a genesis only. */
  space?: string | undefined;
  stream: string;
  type: string;
  body: object;
  hub?: object;
  ref?: string[];
  epoch: number;
  seq: number;
  prev?: string | undefined;
  auth?: string | undefined;
  ts: number;
  aud: string;
  /** A signed intent of another homeserver, put in as it came. */
  intent?: object;
}

/** What is wrong about a line. */
export interface Spoil {
  /** Members put over those of the envelope before it is signed. */
  envelope?: object;
  /** What is sent in place of the payload that was committed to. */
  payload?: (payload: object) => object | null;
  signature?: string;
}

/** An event as a hub signs it. */
export function writeLine(key: Key, fields: EventFields, spoil: Spoil = {}): PuppetLine {
  const { space, stream, type, ref, epoch, seq, prev, auth, ts } = fields;
  const intent = fields.intent ?? ownIntent(fields);
  const payload = { salt: base64url(randomBytes(16)), intent, ...(fields.hub ? { hub: fields.hub } : {}) };
  const place = { v: 1, space, stream, epoch, seq, prev, ts, type, auth, ref };
  const unsigned = { ...place, pc: base64url(sha256(canonical(payload))), kid: jwkOf(key).kid, ...spoil.envelope };
  const ev = { ...unsigned, sig: spoil.signature ?? signatureOf('event', unsigned, key) };
  const text = canonical({ ev, p: spoil.payload ? spoil.payload(payload) : payload });
  return { text, epoch, seq, hash: hashOf('event', unsigned) };
}

/** Of a user of the hub itself: the envelope covers it. [STR-9] */
function ownIntent({ actor, home, space, stream, type, body, ref, ts, aud }: EventFields): object {
  const own = { v: 1, id: randomId('i_'), aud, space, stream, type, actor: actor.id, home, n: actor.next() };
  return { ...own, ts, exp: ts + 3_600_000, ref, body };
}

export const positionOf = ({ epoch, seq }: { epoch: number; seq: number }) => `${epoch}.${seq}`;
export const cursorOf = (line: { epoch: number; seq: number; hash: string }) => `${positionOf(line)}.${line.hash}`;
export const ndjson = (lines: readonly (PuppetLine | string)[]) =>
  lines.map((line) => `${typeof line === 'string' ? line : line.text}\n`).join('');
