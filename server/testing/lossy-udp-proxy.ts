import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { Random } from '../faults/chaos/random.ts';

/** What a network does to packets that go one way. */
export interface Network {
  /** Share of packets that are lost, from 0 to 1. */
  loss?: number;
  delayMs?: number;
  /** Up to this much more, at random; packets stay in order. */
  jitterMs?: number;
  /** What fits through. What does not waits in a queue, and is lost where that is full. */
  bitsPerSecond?: number;
}

/** How long a packet waits at a narrow place at most, as in a small router. */
const QUEUE_MS = 250;
/** IPv4 and UDP. */
const HEADER_BYTES = 28;

/** Stands before a UDP port and makes the network between it and its clients as bad as a test wants it. */
export class LossyUdpProxy implements AsyncDisposable {
  readonly #socket = createSocket('udp4');
  readonly #target: { address: string; port: number };
  readonly #clients = new Map<string, Socket>();
  readonly #random = new Random(1);
  readonly #timers = new Set<NodeJS.Timeout>();
  #up = new Way({});
  #down = new Way({});

  private constructor(target: { address: string; port: number }) {
    this.#target = target;
  }

  /** Listens at an address of loopback, at the port of the target: whoever announces that address is behind the proxy. */
  static async open(address: string, target: { address: string; port: number }): Promise<LossyUdpProxy> {
    const proxy = new LossyUdpProxy(target);
    proxy.#socket.on('message', (packet, { address: from, port }) => proxy.#fromClient(packet, from, port));
    proxy.#socket.bind(target.port, address);
    await once(proxy.#socket, 'listening');
    return proxy;
  }

  /** `up` is towards the target. What is not named becomes good again. */
  become({ up = {}, down = {} }: { up?: Network; down?: Network }): void {
    this.#up = new Way(up);
    this.#down = new Way(down);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const socket of [this.#socket, ...this.#clients.values()]) socket.close();
    this.#clients.clear();
  }

  #fromClient(packet: Buffer, address: string, port: number): void {
    const name = `${address}:${port}`;
    let client = this.#clients.get(name);
    if (client === undefined) {
      client = createSocket('udp4');
      this.#clients.set(name, client);
      client.on('message', (answer) =>
        this.#pass(this.#down, answer, () => this.#socket.send(answer, port, address, ignore)),
      );
    }
    const { address: host, port: at } = this.#target;
    this.#pass(this.#up, packet, () => client.send(packet, at, host, ignore));
  }

  #pass(way: Way, packet: Buffer, send: () => void): void {
    const wait = way.waitOf(packet.length + HEADER_BYTES, performance.now(), this.#random);
    if (wait === undefined) return;
    if (wait < 1) return send();
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      send();
    }, wait);
    this.#timers.add(timer);
  }
}

class Way {
  readonly #network: Network;
  /** When the narrow place has let through what waits there. */
  #free = 0;
  /** When the packet before arrives. */
  #last = 0;

  constructor(network: Network) {
    this.#network = network;
  }

  /** After how many milliseconds a packet arrives; undefined where it is lost. */
  waitOf(bytes: number, now: number, random: Random): number | undefined {
    const { loss = 0, delayMs = 0, jitterMs = 0, bitsPerSecond } = this.#network;
    if (random.next() < loss) return undefined;
    const begins = Math.max(now, this.#free);
    if (begins - now > QUEUE_MS) return undefined;
    this.#free = bitsPerSecond === undefined ? now : begins + (bytes * 8_000) / bitsPerSecond;
    this.#last = Math.max(this.#last, this.#free + delayMs + jitterMs * random.next());
    return this.#last - now;
  }
}

/** A packet that cannot be sent is lost, as packets are. */
const ignore = () => undefined;
