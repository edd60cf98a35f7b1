import type { WebSocket } from 'ws';
import { Waiting } from '../waiting.ts';

export interface LiveFrame {
  op: string;
  space?: string;
  stream?: string;
  member_count?: number;
  streams?: Record<string, string>;
  items?: { user: string; kind: string; channel?: string }[];
  /** What follows the first line. */
  lines: string[];
}

/** What a puppet hears on its live connection with a hub. */
export class Listener {
  readonly frames: LiveFrame[] = [];
  readonly socket: WebSocket;
  closed: number | undefined;
  pongs = 0;
  readonly #waiting: Waiting;

  constructor(socket: WebSocket, signal: AbortSignal, heard: (text: string) => void) {
    this.socket = socket;
    this.#waiting = new Waiting(signal);
    socket.on('message', (data) => {
      const text = String(data as Buffer);
      heard(text);
      const [first = '', ...lines] = text.split('\n');
      this.frames.push({ ...(JSON.parse(first) as LiveFrame), lines });
      this.#waiting.look();
    });
    socket.on('pong', () => {
      this.pongs++;
      this.#waiting.look();
    });
    socket.on('close', (code) => {
      this.closed = code;
      this.#waiting.look();
    });
  }

  send(frame: object | string): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  until<T>(find: () => T | undefined | false, what: string): Promise<T> {
    return this.#waiting.until(find, () => `waited until ${what}; came: ${this.summary()}`);
  }

  /** A frame with lines in which a text stands, also one that has come already. */
  hears(text: string): Promise<LiveFrame> {
    return this.until(() => this.frames.find(({ lines }) => lines.some((line) => line.includes(text))), `${text} came`);
  }

  /** The newest heads of a space, where they are as wanted. */
  heads(space: string, matches: (streams: Record<string, string>) => boolean = () => true): Promise<LiveFrame> {
    return this.until(() => {
      const last = this.frames.findLast((frame) => frame.op === 'heads' && frame.space === space);
      return last && matches(last.streams ?? {}) && last;
    }, 'the heads are as wanted');
  }

  closing(): Promise<number> {
    return this.until(() => this.closed, 'it is closed');
  }

  /** All lines that were pushed of a stream. */
  linesOf(stream: string): string[] {
    return this.frames.filter((frame) => frame.op === 'lines' && frame.stream === stream).flatMap(({ lines }) => lines);
  }

  summary(): string {
    return this.frames.map(({ op, lines }) => (lines.length ? `${op} ${lines.length}` : op)).join(', ') || 'nothing';
  }
}
