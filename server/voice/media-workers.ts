import type { types } from 'mediasoup';
import { Refusal } from '../base/errors.ts';
import type { Log } from '../base/log.ts';

export interface MediaWorkersOptions {
  /** The program. */
  file: string;
  count: number;
  listen: readonly Listen[];
  /** Of the first worker; each further one takes the next. 0 takes free ones. */
  port: number;
  log: Log;
}

/** An address to listen on, and one of the same family that mediasoup puts into candidates; it is replaced before they are told. */
export interface Listen {
  ip: string;
  announced: string;
}

/** One process of mediasoup with its one port for UDP and TCP. */
export interface MediaWorker {
  readonly worker: types.Worker;
  readonly server: types.WebRtcServer;
  /** Consumers on it, with some weight for each participant who is about to have some. */
  load: number;
}

const RESTART_MS = 100;
/**
 * One port has the packets of everybody: what the system keeps by default is full after some hundred of them, which is less than what comes while
 * a worker gets no processor. Much more would only make late what a worker that is too slow loses anyway. `net.core.rmem_max` and `wmem_max` limit it.
 */
export const socketBuffers = { recvBufferSize: 524_288, sendBufferSize: 524_288 } as const;
const RESTART_MOST_MS = 10_000;

/** Whether this is what mediasoup throws where a worker died before it answered. */
export const isOfDeadWorker = (error: unknown): boolean => error instanceof Error && error.name === 'WorkerClosedError';

/** The media workers. One that dies is replaced; what it carried is gone, and whoever used it is told. */
export class MediaWorkers implements AsyncDisposable {
  readonly #options: MediaWorkersOptions;
  readonly #slots: (MediaWorker | undefined)[];
  readonly #dead = new Set<(worker: MediaWorker) => void>();
  readonly #waiting = new Set<NodeJS.Timeout>();
  #closed = false;

  constructor(options: MediaWorkersOptions) {
    this.#options = options;
    this.#slots = Array.from({ length: options.count }, () => undefined);
  }

  /** Throws where none of them starts, with the reason of the first. */
  async start(): Promise<void> {
    const started = await Promise.allSettled(this.#slots.map((_, slot) => this.#start(slot)));
    const failed = started.find((result) => result.status === 'rejected');
    if (failed === undefined) return;
    const reason = failed.reason as Error;
    if (this.alive.length === 0) throw reason;
    this.#options.log.warn({ err: reason }, `${this.alive.length} of ${this.#slots.length} media workers started`);
  }

  get alive(): MediaWorker[] {
    return this.#slots.filter((worker) => worker !== undefined);
  }

  /** The one with the least to do, not among `except` unless there is no other. */
  leastLoaded(except: ReadonlySet<MediaWorker> = new Set()): MediaWorker {
    const alive = this.alive;
    const others = alive.filter((worker) => !except.has(worker));
    const best = (others.length > 0 ? others : alive).sort((a, b) => a.load - b.load)[0];
    if (best === undefined) throw new Refusal('unavailable', { retry: 500 });
    return best;
  }

  onDead(listener: (worker: MediaWorker) => void): void {
    this.#dead.add(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const timer of this.#waiting) clearTimeout(timer);
    for (const { worker } of this.alive) worker.close();
    this.#slots.fill(undefined);
  }

  async #start(slot: number): Promise<void> {
    const { file, listen, port, log } = this.#options;
    // mediasoup takes a while to load, and a homeserver without calls never needs it.
    const { createWorker } = await import('mediasoup');
    const worker = await createWorker({ workerBin: file, logLevel: 'error' });
    try {
      const listenInfos = listen.flatMap(({ ip, announced: announcedAddress }) =>
        (['udp', 'tcp'] as const).map((protocol) => ({
          protocol,
          ip,
          announcedAddress,
          ...socketBuffers,
          ...(port === 0 ? {} : { port: port + slot }),
          ...(ip === '::' ? { flags: { ipv6Only: true } } : {}),
        })),
      );
      const server = await worker.createWebRtcServer({ listenInfos });
      if (this.#closed) return worker.close();
      const started: MediaWorker = { worker, server, load: 0 };
      this.#slots[slot] = started;
      worker.once('died', (error) => this.#died(slot, started, error));
    } catch (error) {
      worker.close();
      const at = port === 0 ? 'a free port' : `port ${port + slot}`;
      const ips = listen.map(({ ip }) => ip).join(' and ');
      throw new Error(`the media worker cannot listen on ${ips}, ${at}, UDP and TCP: ${String(error)}`, {
        cause: error,
      });
    } finally {
      if (this.#closed) log.debug('a media worker started too late');
    }
  }

  #died(slot: number, dead: MediaWorker, error: Error): void {
    if (this.#closed) return;
    this.#slots[slot] = undefined;
    this.#options.log.error({ pid: dead.worker.pid, err: error }, 'a media worker died; it is started again');
    for (const listener of this.#dead) listener(dead);
    this.#startAgain(slot, RESTART_MS);
  }

  #startAgain(slot: number, wait: number): void {
    this.#start(slot).catch((error: unknown) => {
      if (this.#closed) return;
      this.#options.log.error({ err: error }, 'a media worker could not be started; it is tried again');
      const timer = setTimeout(() => {
        this.#waiting.delete(timer);
        this.#startAgain(slot, Math.min(wait * 2, RESTART_MOST_MS));
      }, wait);
      this.#waiting.add(timer);
    });
  }
}
