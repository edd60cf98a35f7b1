import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** What stands between homeservers of a test: hands on bytes as they are, until it is told to fail. */
export class FaultyProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #pairs = new Set<[Socket, Socket]>();
  readonly #target: number;
  #isCut = false;
  #delay = 0;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  /** Listens at `port` of loopback and connects to `target`. */
  static async open(port: number, target: number): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(target);
    proxy.#server.listen(port, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** Nobody gets through, and whoever was is thrown out. */
  cut(): void {
    this.#isCut = true;
    this.drop();
  }

  mend(): void {
    this.#isCut = false;
    this.#delay = 0;
  }

  /** Every piece of bytes comes this much later, in ms. */
  delay(ms: number): void {
    this.#delay = ms;
  }

  /** Resets every connection; new ones get through. */
  drop(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.resetAndDestroy();
  }

  #accept(from: Socket): void {
    if (this.#isCut) return void from.resetAndDestroy();
    const to = connect(this.#target, '127.0.0.1');
    const pair: [Socket, Socket] = [from, to];
    this.#pairs.add(pair);
    const end = () => {
      this.#pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    for (const socket of pair) socket.on('error', end).on('close', end).setNoDelay();
    this.#hand(from, to);
    this.#hand(to, from);
  }

  #hand(from: Socket, to: Socket): void {
    from.on('data', (bytes) => {
      if (this.#delay === 0) return void to.write(bytes);
      from.pause();
      setTimeout(() => {
        to.write(bytes);
        from.resume();
      }, this.#delay);
    });
    from.on('end', () => to.end());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }
}
