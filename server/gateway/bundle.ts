import type { ServerFrame } from '@folkmoot/protocol-spec/schemas/gateway/frames.ts';

/**
 * One or more event frames in a row, as the bytes of the wire. Sessions that are sent the same frames since the last flush share one
 * bundle, so that each sequence is put together once, however many sockets it goes to.
 */
export class Bundle {
  readonly count: number;
  readonly size: number;
  readonly #last: Bundle;
  #before: Bundle | undefined;
  #bytes: Buffer | undefined;
  #next: Bundle | undefined;
  #others: Map<Bundle, Bundle> | undefined;

  constructor(content: Buffer | { before: Bundle; last: Bundle }) {
    if (Buffer.isBuffer(content)) {
      this.count = 1;
      this.size = content.length;
      this.#last = this;
      this.#bytes = content;
    } else {
      this.count = content.before.count + 1;
      this.size = content.before.size + content.last.size;
      this.#last = content.last;
      this.#before = content.before;
    }
  }

  /** This bundle and one more frame; the same object for everybody who asks. */
  with(frame: Bundle): Bundle {
    const next = this.#next;
    return next !== undefined && next.#last === frame ? next : this.#branch(frame);
  }

  get bytes(): Buffer {
    return (this.#bytes ??= this.#concatenate());
  }

  /** The bytes without the first `count` frames. */
  bytesAfter(count: number): Buffer {
    let start = 0;
    for (let i = 0; i < count; i++) start = endOfFrame(this.bytes, start);
    return this.bytes.subarray(start);
  }

  /** Nothing more is added: what follows must not be kept alive by what a replay still holds. */
  close(): void {
    this.#next = undefined;
    this.#others = undefined;
  }

  #branch(frame: Bundle): Bundle {
    let bundle = this.#others?.get(frame);
    if (bundle === undefined) {
      bundle = new Bundle({ before: this, last: frame });
      if (this.#next === undefined) this.#next = bundle;
      else (this.#others ??= new Map()).set(frame, bundle);
    }
    return bundle;
  }

  #concatenate(): Buffer {
    const bytes = Buffer.allocUnsafeSlow(this.size);
    let end = this.size - this.#last.size;
    bytes.set(this.#last.bytes, end);
    let before = this.#before as Bundle;
    for (; before.#bytes === undefined; before = before.#before as Bundle) {
      end -= before.#last.size;
      bytes.set(before.#last.bytes, end);
    }
    bytes.set(before.#bytes, 0);
    this.#before = undefined;
    return bytes;
  }
}

/** A text frame of a server: final, unmasked (RFC 6455 §5.2). */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const bytes = Buffer.allocUnsafeSlow(header + length);
  bytes[0] = 0x81;
  if (header === 2) bytes[1] = length;
  else if (header === 4) {
    bytes[1] = 126;
    bytes.writeUInt16BE(length, 2);
  } else {
    bytes[1] = 127;
    bytes.writeUInt32BE(0, 2);
    bytes.writeUInt32BE(length, 6);
  }
  bytes.write(text, header);
  return bytes;
}

export function serverFrame(content: ServerFrame): Buffer {
  return textFrame(JSON.stringify(content));
}

/** A frame that is counted: the bytes of one gateway event, made once for all who see it. */
export function eventFrame(t: string, d: object): Bundle {
  return new Bundle(textFrame(`{"op":"event","t":${JSON.stringify(t)},"d":${JSON.stringify(d)}}`));
}

function endOfFrame(bytes: Buffer, start: number): number {
  const length = (bytes[start + 1] ?? 0) & 0x7f;
  if (length === 126) return start + 4 + bytes.readUInt16BE(start + 2);
  if (length === 127) return start + 10 + bytes.readUInt32BE(start + 6);
  return start + 2 + length;
}
