import { takeRandomBytes } from './random-bytes.ts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const BITS = 5;

/** `prefix` and the first 5 × `length` bits of a base64url hash, in lower-case base32 [CAN-20]. */
export function deriveId<P extends string>(prefix: P, hash: string, length = 32): `${P}${string}` {
  return `${prefix}${base32(Buffer.from(hash, 'base64url'), length)}`;
}

/** `prefix` and `length` random characters of 5 bits each. */
export function randomId<P extends string>(prefix: P, length = 26): `${P}${string}` {
  return `${prefix}${base32(takeRandomBytes(Math.ceil((length * BITS) / 8)), length)}`;
}

/** "<epoch>.<seq>", the place of an event in its stream. */
export function positionAt(at: { epoch: number; seq: number }): string {
  return `${at.epoch}.${at.seq}`;
}

function base32(bytes: Uint8Array, length: number): string {
  if (bytes.length * 8 < length * BITS) throw new RangeError('too few bytes for an id of this length');
  let text = '';
  let held = 0;
  let bits = 0;
  for (let i = 0; text.length < length; ) {
    if (bits < BITS) {
      held = ((held << 8) | (bytes[i++] as number)) & 0xfff;
      bits += 8;
    }
    bits -= BITS;
    text += ALPHABET[(held >>> bits) & 31];
  }
  return text;
}
