import type { Room } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import type { Clock } from '../base/clock.ts';
import { Refusal } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Config } from '../base/settings.ts';
import { findMediaWorker } from '../set-up/media-worker-place.mjs';
import { announcedAddresses, listensFor } from './candidates.ts';
import { mediaPorts, rangeOf, takenMediaPorts, workerCount } from './media-ports.ts';
import { MediaRoom, type RoomEvents } from './media-room.ts';
import { type MediaWorker, MediaWorkers } from './media-workers.ts';
import { Turn } from './turn.ts';

export interface MediaServerStatus {
  /** Why there is no voice; absent where there is. */
  off?: string;
  workers: { pid: number; load: number }[];
}

const switchedOff = 'it is off in the settings';
/** How long a failed start is not tried again. */
const PATIENCE_MS = 5_000;
/** How often a media worker that is on its way is looked for. */
const LOOK_MS = 1_000;
/** When those who want to go in meanwhile may ask again. */
const ASK_AGAIN_MS = 4_000;

/** Media workers and TURN of this homeserver. They start with the first call. */
export class MediaServer implements AsyncDisposable {
  readonly #config: Config;
  readonly #log: Log;
  readonly #turn: Turn;
  readonly #rooms = new Map<MediaRoom, RoomEvents>();
  #starting: Promise<void> | undefined;
  #workers: MediaWorkers | undefined;
  #addresses: string[] = [];
  #failed: { reason: string; at: number } | undefined;
  /** What was missing at the last look. */
  #lacks: string | undefined;
  #looking: NodeJS.Timeout | undefined;
  /** While its ports are tried, nobody else can have them. */
  #trying: Promise<void> | undefined;
  #closed = false;

  constructor(config: Config, clock: Clock, log: Log) {
    this.#config = config;
    this.#log = log;
    this.#turn = new Turn(config, clock, log);
  }

  get status(): MediaServerStatus {
    const workers = (this.#workers?.alive ?? []).map(({ worker, load }) => ({ pid: worker.pid, load }));
    const off = this.#reasonAgainst() ?? (this.#workers === undefined ? this.#lacks : undefined);
    return { ...(off === undefined ? {} : { off }), workers };
  }

  /** Processor time in seconds and memory in bytes of each worker. */
  async measureWorkers(): Promise<{ pid: number; load: number; cpu: number; memory: number }[]> {
    const alive = this.#workers?.alive ?? [];
    const measured = await Promise.allSettled(alive.map(({ worker }) => worker.getResourceUsage()));
    return alive.flatMap(({ worker, load }, index) => {
      const usage = measured[index];
      if (usage?.status !== 'fulfilled') return [];
      const { ru_utime: user, ru_stime: system, ru_maxrss: memory } = usage.value;
      return [{ pid: worker.pid, load, cpu: (user + system) / 1_000, memory: memory * 1_024 }];
    });
  }

  /** Says in the log whether there is voice. Where its worker is being built, says so again when it is there. */
  examine(): void {
    if (this.#config.voice === 'off') return this.#tellLack(switchedOff);
    const { reason, readyIn } = findMediaWorker();
    const isNews = this.#looking === undefined || readyIn === undefined;
    this.#lacks = reason;
    this.#looking = readyIn === undefined || this.#closed ? undefined : setTimeout(() => this.examine(), LOOK_MS);
    if (!isNews) return;
    if (readyIn !== undefined) this.#log.info(`Voice is being prepared and goes on by itself: ${reason}`);
    else if (reason !== undefined) this.#tellLack(reason);
    else
      this.#trying = this.#tryPorts().catch((error: unknown) => this.#log.warn(`Voice cannot start: ${String(error)}`));
  }

  async #tryPorts(): Promise<void> {
    const taken = await takenMediaPorts(this.#config);
    if (this.#closed) return;
    const range = rangeOf(mediaPorts(this.#config)) || 'that is free';
    if (taken.length === 0) this.#log.info(`Voice is on: media on port ${range}, UDP and TCP`);
    else
      this.#log.warn(
        `Voice cannot start: another program uses ${taken.join(', ')}. Stop it, or set another voice_port`,
      );
  }

  /** Throws `voice_off`, with `retry` where there will be voice in a while. [VOX-1] */
  async start(): Promise<void> {
    if (this.#workers !== undefined) return;
    if (this.#reasonAgainst() !== undefined || this.#closed) throw new Refusal('voice_off');
    this.#starting ??= this.#start().finally(() => (this.#starting = undefined));
    await this.#starting;
  }

  openRoom(events: RoomEvents): MediaRoom {
    if (this.#workers === undefined) throw new Refusal('voice_off');
    const room = new MediaRoom({ workers: this.#workers, addresses: this.#addresses, events, log: this.#log });
    this.#rooms.set(room, events);
    for (const known of this.#rooms.keys()) if (known.isClosed) this.#rooms.delete(known);
    return room;
  }

  iceServersFor(user: string): Room['ice_servers'] {
    return this.#turn.serversFor(user);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#looking);
    await this.#trying;
    await this.#starting?.catch(() => undefined);
    await this.#workers?.[Symbol.asyncDispose]();
    await this.#turn[Symbol.asyncDispose]();
  }

  #reasonAgainst(): string | undefined {
    if (this.#config.voice === 'off') return switchedOff;
    if (this.#failed !== undefined && performance.now() - this.#failed.at < PATIENCE_MS) return this.#failed.reason;
    return undefined;
  }

  async #start(): Promise<void> {
    const { file, reason, readyIn } = findMediaWorker();
    if (readyIn !== undefined) throw new Refusal('voice_off', { retry: ASK_AGAIN_MS, ready_in: readyIn });
    if (file === undefined) throw this.#failedFor(reason);
    await this.#trying;
    this.#addresses = await announcedAddresses(this.#config);
    const listen = listensFor(this.#config.voice_listen, this.#addresses);
    if (this.#addresses.length === 0) throw this.#failedFor('this machine has no address; set voice_announced_address');
    const workers = new MediaWorkers({
      file,
      count: workerCount(this.#config),
      listen,
      port: Number(this.#config.voice_port),
      log: this.#log,
    });
    try {
      await workers.start();
    } catch (error) {
      throw this.#failedFor((error as Error).message);
    }
    workers.onDead((dead) => this.#lost(dead));
    this.#workers = workers;
    await this.#turn.start(this.#addresses);
    this.#log.info({ workers: workers.alive.length, addresses: this.#addresses }, 'voice is running');
  }

  #tellLack(reason: string): void {
    this.#lacks = reason;
    this.#log.info(`Voice is off: ${reason}`);
  }

  #failedFor(reason: string): Refusal {
    this.#failed = { reason, at: performance.now() };
    this.#log.error(`Voice is off: ${reason}`);
    return new Refusal('voice_off');
  }

  #lost(dead: MediaWorker): void {
    for (const [room, events] of [...this.#rooms]) {
      if (room.isClosed) this.#rooms.delete(room);
      else if (room.isOn(dead)) events.lost();
    }
  }
}
