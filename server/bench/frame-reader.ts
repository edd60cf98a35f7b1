import { connect, type Socket } from 'node:net';

const CONTENT = Buffer.from('"content":"#');
const EVENT = 0x65;

/** What a message of a benchmark says of itself: `#<number> <milliseconds of the monotonic clock>` and filling. */
export function markedContent(number: number, bytes: number): string {
  return `#${number} ${performance.timeOrigin + performance.now()} `.padEnd(bytes, '.');
}

/**
 * A gateway client that is as cheap as can be: it counts the frames in the bytes of a TCP socket and looks into them only where it has to.
 * Text frames are sent with a mask of zeros.
 */
export class FrameReader {
  readonly #socket: Socket;
  /** Frames that were not `event`, in order. */
  readonly answers: string[] = [];
  events = 0;
  bytes = 0;
  /** Whether the content of messages is looked at; that takes time. */
  isMarked = false;
  /** Whether it has a gateway session. */
  isOpen = false;
  /** Number of the newest marked message, and of those that were missing or came twice. */
  last = 0;
  wrong = 0;
  latencies: number[] | undefined;
  #upgraded = false;
  #rest: Buffer | undefined;
  #skip = 0;
  #wake: (() => void) | undefined;

  constructor(port: number, path = '/gateway') {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => this.#wake?.());
    const key = 'AAAAAAAAAAAAAAAAAAAAAA==';
    this.#socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    );
  }

  get isClosed(): boolean {
    return this.#socket.destroyed;
  }

  send(frame: object): void {
    const body = Buffer.from(JSON.stringify(frame));
    const header =
      body.length < 126
        ? Buffer.from([0x81, 0x80 | body.length])
        : Buffer.from([0x81, 0xfe, body.length >> 8, body.length & 255]);
    this.#socket.write(Buffer.concat([header, Buffer.alloc(4), body]));
  }

  /** Waits for an answer that contains a text, e.g. `"op":"ready"`. */
  async sees(text: string): Promise<string> {
    for (;;) {
      const found = this.answers.find((answer) => answer.includes(text));
      if (found !== undefined) return found;
      if (this.isClosed) throw new Error(`closed before ${text}: ${this.answers.join(' ').slice(0, 200)}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #take(arrived: Buffer): void {
    this.bytes += arrived.length;
    if (this.#skip >= arrived.length) {
      this.#skip -= arrived.length;
      return;
    }
    const chunk = this.#rest === undefined ? arrived : Buffer.concat([this.#rest, arrived]);
    this.#rest = undefined;
    let at = this.#upgraded ? this.#skip : this.#endOfUpgrade(chunk);
    this.#skip = 0;
    while (at + 10 <= chunk.length || (at + 2 <= chunk.length && ((chunk[at + 1] as number) & 127) < 126)) {
      const short = (chunk[at + 1] as number) & 127;
      const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
      const end =
        start + (short < 126 ? short : short === 126 ? chunk.readUInt16BE(at + 2) : chunk.readUInt32BE(at + 6));
      // Of an event that is only counted the end need not be waited for.
      if (end > chunk.length && (this.isMarked || start + 8 > chunk.length || chunk[start + 7] !== EVENT)) break;
      this.#frame(chunk, start, end);
      at = end;
    }
    if (at > chunk.length) this.#skip = at - chunk.length;
    else if (at < chunk.length) this.#rest = chunk.subarray(at);
  }

  #endOfUpgrade(chunk: Buffer): number {
    const end = chunk.indexOf('\r\n\r\n');
    if (end < 0) return 0;
    this.#upgraded = true;
    return end + 4;
  }

  #frame(chunk: Buffer, start: number, end: number): void {
    if (chunk[start + 7] === EVENT) {
      this.events++;
      if (this.isMarked) this.#look(chunk, start, end);
      return;
    }
    this.answers.push(chunk.toString('utf8', start, end));
    this.#wake?.();
  }

  #look(chunk: Buffer, start: number, end: number): void {
    const mark = chunk.indexOf(CONTENT, start);
    if (mark < 0 || mark >= end) return;
    const [number = '', time = ''] = chunk
      .toString('latin1', mark + CONTENT.length, mark + CONTENT.length + 40)
      .split(' ', 2);
    if (Number(number) !== this.last + 1) this.wrong++;
    this.last = Number(number);
    this.latencies?.push(performance.timeOrigin + performance.now() - Number(time));
  }
}
