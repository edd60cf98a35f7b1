import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Place } from './message-sender.ts';

export type LoadCommand =
  | { do: 'connect'; port: number; tokens: readonly string[] }
  | { do: 'connectBare'; port: number; count: number }
  | { do: 'resume'; port: number }
  | { do: 'drop' }
  | { do: 'mark'; latencies: boolean }
  | { do: 'unmark' }
  | { do: 'read' }
  | { do: 'latencies' }
  | { do: 'sendSteadily'; place: Place; token: string; perSecond: number; seconds: number; bytes: number }
  | { do: 'sendMany'; place: Place; tokens: readonly string[]; seconds: number; bytes: number };

export interface LoadReply {
  seconds?: number;
  events?: number;
  bytes?: number;
  /** Marked messages that did not follow the one before. */
  wrong?: number;
  /** Readers that have not seen the newest marked message. */
  behind?: number;
  closed?: number;
  sent?: number;
  latencies?: number[];
  error?: string;
}

export interface LoadQuestion {
  id: number;
  command: LoadCommand;
}

export interface LoadAnswer {
  id: number;
  reply: LoadReply;
}

/** Clients and senders in a process of their own. */
export class Load implements AsyncDisposable {
  readonly #process: ChildProcess = fork(join(import.meta.dirname, 'load-client.ts'));
  readonly #asked = new Map<number, (reply: LoadReply) => void>();
  #count = 0;

  constructor() {
    this.#process.on('message', ({ id, reply }: LoadAnswer) => {
      this.#asked.get(id)?.(reply);
      this.#asked.delete(id);
    });
    this.#process.once('exit', (code, signal) => {
      for (const answer of this.#asked.values()) answer({ error: `the load client ended with ${code ?? signal}` });
    });
  }

  async ask(command: LoadCommand): Promise<LoadReply> {
    const id = this.#count++;
    const answered = new Promise<LoadReply>((resolve) => this.#asked.set(id, resolve));
    this.#process.send({ id, command } satisfies LoadQuestion);
    const reply = await answered;
    if (reply.error !== undefined) throw new Error(reply.error);
    return reply;
  }

  /** Until nothing more arrives. */
  async settle(): Promise<LoadReply> {
    for (let before = await this.ask({ do: 'read' }); ; ) {
      await delay(200);
      const now = await this.ask({ do: 'read' });
      if (now.events === before.events) return now;
      before = now;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.disconnect();
    await once(this.#process, 'exit');
  }
}
