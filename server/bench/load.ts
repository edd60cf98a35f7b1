import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Place } from './message-sender.ts';

export type LoadCommand =
  | { do: 'connect'; port: number; tokens: readonly string[] }
  | { do: 'connectBare'; port: number; count: number }
  | { do: 'resume'; port: number }
  | { do: 'drop' }
  | { do: 'mark'; latencies: boolean }
  | { do: 'unmark' }
  | { do: 'read' }
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

/** Clients and senders in a process of their own. */
export class Load implements AsyncDisposable {
  readonly #process: ChildProcess = fork(join(import.meta.dirname, 'load-client.ts'));

  async ask(command: LoadCommand): Promise<LoadReply> {
    this.#process.send(command);
    const [reply] = (await once(this.#process, 'message')) as [LoadReply];
    if (reply.error !== undefined) throw new Error(reply.error);
    return reply;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.disconnect();
    await once(this.#process, 'exit');
  }
}
