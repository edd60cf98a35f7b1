import { parentPort, workerData } from 'node:worker_threads';
import type { BoundSql } from './query.ts';
import { openSqliteConnection } from './sqlite-connection.ts';

/** What the thread of `SqliteAside` says once it can be asked, and then to each query. */
export type AsideAnswer = 'ready' | 'late' | { rows: unknown[] } | { error: string; code: string | undefined };

/** What it is asked: a query, and how many ms it may take. */
export type AsideQuestion = BoundSql & { limit: number };

const { raw } = openSqliteConnection(workerData as string, 'read');
let deadline = 0;
/** Nothing else stops a query under way: it calls this for its rows, so that its time and the thread can end. */
raw.function('in_time', { deterministic: false }, () => {
  if (performance.now() > deadline) throw new Error('out of time');
  return 1;
});

parentPort?.on('message', ({ text, values, limit }: AsideQuestion) => {
  deadline = performance.now() + limit;
  parentPort?.postMessage(answer(text, values));
});
parentPort?.postMessage('ready' satisfies AsideAnswer);

function answer(text: string, values: unknown[]): AsideAnswer {
  try {
    return { rows: raw.prepare<unknown[]>(text).all(values) };
  } catch (error) {
    if (performance.now() > deadline) return 'late';
    const { message, code } = error as Error & { code?: string };
    return { error: message, code };
  }
}
