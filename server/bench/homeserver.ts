import { spawnHomeserver, type SpawnedHomeserver } from '../testing/start-homeserver.ts';
import type { Crowd } from './crowd.ts';
import type { Place } from './message-sender.ts';
import { cpuSeconds, residentBytes } from './process-meter.ts';

/** The real homeserver as a process of its own, over the data of a crowd. */
export class BenchHomeserver implements AsyncDisposable {
  readonly place: Place;
  readonly #server: SpawnedHomeserver;

  private constructor(server: SpawnedHomeserver, crowd: Crowd) {
    this.#server = server;
    this.place = { port: Number(new URL(server.url).port), space: crowd.space, channel: crowd.channel };
  }

  static async start(crowd: Crowd): Promise<BenchHomeserver> {
    return new BenchHomeserver(await spawnHomeserver({ folder: crowd.folder }), crowd);
  }

  get pid(): number {
    return this.#server.process.pid as number;
  }

  get cpu(): number {
    return cpuSeconds(this.pid);
  }

  get resident(): number {
    return residentBytes(this.pid);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server.close();
  }
}
