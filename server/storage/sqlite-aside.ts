import { Worker } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';
import { Refusal } from '../base/errors.ts';
import type { BoundSql } from './query.ts';
import type { AsideAnswer, AsideQuestion } from './sqlite-aside-thread.ts';
import { sqliteRefusal } from './sqlite-connection.ts';
import { Turns } from './turns.ts';

/** Queries that may take long, one after the other in a thread of their own; it starts with the first of them. */
export class SqliteAside {
  readonly #path: string;
  readonly #turns = new Turns({ atOnce: 1, waiting: 16 });
  #thread: Worker | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Rows of a query. Throws `busy` where it is not done after so many ms, in which the start of the thread does not
   * count. A query over many rows calls `in_time()` for them, so that it ends with its time.
   */
  async all<R>(query: BoundSql, limit: number): Promise<R[]> {
    const asked = performance.now();
    const giveOn = await this.#turns.take(limit);
    const left = limit - (performance.now() - asked);
    const thread = await this.#started().catch((error: unknown) => {
      giveOn();
      throw error;
    });
    const answer = answerOf(thread, () => thread.postMessage({ ...query, limit: left } satisfies AsideQuestion));
    void answer.then(giveOn, giveOn);
    const late = Promise.withResolvers<never>();
    // An answer that came while this thread was busy is read before it counts as late.
    const timer = setTimeout(() => setImmediate(() => late.reject(new Refusal('busy', { retry: limit }))), left);
    try {
      return (await Promise.race([answer, late.promise])) as R[];
    } finally {
      clearTimeout(timer);
    }
  }

  async #started(): Promise<Worker> {
    if (this.#thread) return this.#thread;
    const thread = new Worker(new URL('./sqlite-aside-thread.ts', import.meta.url), { workerData: this.#path });
    const forget = () => {
      if (this.#thread === thread) this.#thread = undefined;
    };
    thread.on('error', forget).on('exit', forget);
    this.#thread = thread;
    await answerOf(thread);
    return thread;
  }

  async close(): Promise<void> {
    await this.#thread?.terminate();
  }
}

/** The next thing that the thread says. Throws what went wrong in it. */
async function answerOf(thread: Worker, ask?: () => void): Promise<unknown[]> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown[]>();
  const answered = (answer: AsideAnswer) => {
    if (answer === 'ready') resolve([]);
    else if (answer === 'late') reject(new Refusal('busy'));
    else if ('rows' in answer) resolve(answer.rows);
    else reject(meaningOf(answer.error, answer.code));
  };
  const failed = (error: Error & { code?: string }) => reject(meaningOf(error.message, error.code));
  const ended = () => reject(new Refusal('unavailable'));
  thread.once('message', answered).once('error', failed).once('exit', ended);
  try {
    ask?.();
    return await promise;
  } finally {
    thread.off('message', answered).off('error', failed).off('exit', ended);
  }
}

/** Errors lose their class on the way between threads. */
function meaningOf(message: string, code: string | undefined): unknown {
  return code?.startsWith('SQLITE_') ? sqliteRefusal(new Sqlite.SqliteError(message, code)) : new Error(message);
}
