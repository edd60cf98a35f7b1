import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { markedContent } from './frame-reader.ts';

export interface Place {
  port: number;
  space: string;
  channel: string;
}

/** Sends messages over HTTP with one connection that is kept, as cheaply as can be. */
export class MessageSender {
  readonly #socket: Socket;
  readonly #head: string;
  #answer = '';
  #answered: (() => void) | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor({ port, space, channel }: Place, token: string) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (chunk: string) => this.#take(chunk));
    this.#socket.on('error', () => this.#answered?.());
    this.#socket.on('close', () => this.#answered?.());
    this.#head = `POST /api/v1/spaces/${space}/channels/${channel}/messages HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: `;
  }

  /** Resolves once the message is accepted; it is sent when those before it were. */
  send(number: number, bytes: number): Promise<void> {
    const body = JSON.stringify({ content: markedContent(number, bytes) });
    return (this.#last = this.#last.then(() => this.#exchange(body)));
  }

  async #exchange(body: string): Promise<void> {
    const answered = new Promise<void>((resolve) => (this.#answered = resolve));
    this.#socket.write(`${this.#head}${body.length}\r\n\r\n${body}`);
    await answered;
    if (!this.#answer.startsWith('HTTP/1.1 201')) throw new Error(`not accepted: ${this.#answer.slice(0, 400)}`);
    this.#answer = '';
  }

  async close(): Promise<void> {
    if (this.#socket.destroyed) return;
    this.#socket.destroy();
    await once(this.#socket, 'close');
  }

  #take(chunk: string): void {
    this.#answer += chunk;
    const head = this.#answer.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(this.#answer)?.[1] ?? 0);
    if (this.#answer.length >= head + 4 + length) this.#answered?.();
  }
}
