import { randomBytes } from 'node:crypto';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import { Waiting } from './waiting.ts';

export interface FrameOptions {
  opcode?: number;
  fin?: boolean;
  /** Reserved bits, as they stand in the first byte. */
  reserved?: number;
  masked?: boolean;
}

/** One WebSocket frame as a client sends it, or as it must not. */
export function frameOf(payload: Buffer, { opcode = 1, fin = true, reserved = 0, masked = true }: FrameOptions = {}) {
  const { length } = payload;
  const size = length < 126 ? Buffer.from([length]) : Buffer.alloc(length < 65_536 ? 3 : 9);
  if (length >= 126 && length < 65_536) {
    size[0] = 126;
    size.writeUInt16BE(length, 1);
  } else if (length >= 65_536) {
    size[0] = 127;
    size.writeBigUInt64BE(BigInt(length), 1);
  }
  if (masked) size[0]! |= 0x80;
  const head = Buffer.from([(fin ? 0x80 : 0) | reserved | opcode]);
  if (!masked) return Buffer.concat([head, size, payload]);
  const mask = randomBytes(4);
  return Buffer.concat([head, size, mask, payload.map((byte, i) => byte ^ mask[i % 4]!)]);
}

/** A WebSocket without a library in between, for what a library would not send. */
export class RawSocket {
  readonly socket: Socket;
  received: Buffer = Buffer.alloc(0);
  isOver = false;
  readonly #waiting: Waiting;

  constructor(url: string, signal: AbortSignal, headers: Record<string, string> = {}) {
    const { hostname, port, protocol, host } = new URL(url);
    const secure = protocol === 'https:';
    const at = { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port) || (secure ? 443 : 80) };
    this.#waiting = new Waiting(signal);
    this.socket = secure ? connectSecure({ ...at, servername: hostname }) : connectPlain(at);
    this.socket.on('data', (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
      this.#waiting.look();
    });
    const over = () => {
      this.isOver = true;
      this.#waiting.look();
    };
    this.socket.on('close', over);
    this.socket.on('error', over);
    signal.addEventListener('abort', () => this.socket.destroy(), { once: true });
    const all = {
      host,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': randomBytes(16).toString('base64'),
      ...headers,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
    this.socket.write(`GET /gateway HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  }

  send(bytes: Buffer): void {
    if (!this.isOver) this.socket.write(bytes);
  }

  async hello(): Promise<void> {
    await this.#waiting.until(
      () => this.received.includes('"op":"hello"'),
      () => `waited for hello: ${this.received.toString('latin1')}`,
    );
  }

  async has(text: string): Promise<void> {
    await this.#waiting.until(
      () => this.received.includes(text),
      () => `waited for ${text}: ${this.received.toString('latin1').slice(-300)}`,
    );
  }

  /** Code of the close frame; 1006 where the connection ended without one. */
  closing(): Promise<number> {
    return this.#waiting.until(
      () => closeCodeIn(this.received) ?? (this.isOver && 1006),
      () => 'waited for the socket to be closed',
    );
  }

  end(): void {
    this.socket.destroy();
  }
}

/** Reads the frames of a server, which are not masked, up to a close frame. */
function closeCodeIn(received: Buffer): number | undefined {
  let at = received.indexOf('\r\n\r\n') + 4;
  while (at >= 4 && at + 2 <= received.length) {
    const opcode = received[at]! & 0x0f;
    let length = received[at + 1]! & 0x7f;
    let start = at + 2;
    if (length === 126) {
      if (start + 2 > received.length) return undefined;
      length = received.readUInt16BE(start);
      start += 2;
    } else if (length === 127) {
      if (start + 8 > received.length) return undefined;
      length = Number(received.readBigUInt64BE(start));
      start += 8;
    }
    if (opcode === 8 && start + 2 <= received.length) return length >= 2 ? received.readUInt16BE(start) : 1005;
    at = start + length;
  }
  return undefined;
}
