import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { cpuSeconds, residentBytes } from './process-meter.ts';

export interface BareCommand {
  /** As fast as it goes where it is left out. */
  perSecond?: number;
  seconds: number;
  /** Of the frame, its header included. */
  bytes: number;
  /** Whether each frame says when it was made. */
  marked?: boolean;
}

/** A process with nothing but ws and sockets: the limit that a homeserver is measured against. */
export class BareServer implements AsyncDisposable {
  readonly port: number;
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#process = child;
    this.port = port;
  }

  static async start(): Promise<BareServer> {
    const child = fork(join(import.meta.dirname, 'bare-server.ts'));
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    return new BareServer(child, port);
  }

  get pid(): number {
    return this.#process.pid as number;
  }

  get resident(): number {
    return residentBytes(this.pid);
  }

  /** Deliveries, and CPU seconds that they took. */
  async write(command: BareCommand): Promise<{ deliveries: number; cpu: number }> {
    const before = cpuSeconds(this.pid);
    this.#process.send(command);
    const [{ deliveries }] = (await once(this.#process, 'message')) as [{ deliveries: number }];
    return { deliveries, cpu: cpuSeconds(this.pid) - before };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.disconnect();
    await once(this.#process, 'exit');
  }
}
