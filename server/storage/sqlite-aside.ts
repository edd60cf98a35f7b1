import { Worker } from 'node:worker_threads';
import { Refusal } from '../base/errors.ts';
import type { BoundSql } from './query.ts';
import type { AsideAnswer } from './sqlite-aside-thread.ts';
import { Turns } from './turns.ts';

/** Queries that may take long, one after the other in a thread of their own; it starts with the first of them. */
export class SqliteAside {
  readonly #path: string;
  readonly #turns = new Turns({ atOnce: 1, waiting: 16 });
  #thread: Worker | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Rows of a query. Throws `busy` where it is not done after so many ms; the thread is given on when it is. */
  async all<R>(query: BoundSql, limit: number): Promise<R[]> {
    const deadline = performance.now() + limit;
    const giveOn = await this.#turns.take(limit);
    const answer = this.#ask(query);
    void answer.then(giveOn, giveOn);
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Refusal('busy', { retry: limit })), deadline - performance.now());
    try {
      return (await Promise.race([answer, late.promise])) as R[];
    } finally {
      clearTimeout(timer);
    }
  }

  #ask(query: BoundSql): Promise<unknown[]> {
    const thread = (this.#thread ??= this.#start());
    const { promise, resolve, reject } = Promise.withResolvers<unknown[]>();
    const answered = (answer: AsideAnswer) => {
      if ('rows' in answer) resolve(answer.rows);
      else reject(new Error(answer.error));
    };
    const ended = () => reject(new Refusal('unavailable'));
    thread.once('message', answered).once('error', reject).once('exit', ended);
    thread.postMessage(query);
    return promise.finally(() => thread.off('message', answered).off('error', reject).off('exit', ended));
  }

  #start(): Worker {
    const thread = new Worker(new URL('./sqlite-aside-thread.ts', import.meta.url), { workerData: this.#path });
    thread.on('error', () => undefined);
    thread.on('exit', () => {
      if (this.#thread === thread) this.#thread = undefined;
    });
    return thread;
  }

  async close(): Promise<void> {
    await this.#thread?.terminate();
  }
}
