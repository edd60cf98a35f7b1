import { parentPort, workerData } from 'node:worker_threads';
import type { BoundSql } from './query.ts';
import { openSqliteConnection } from './sqlite-connection.ts';

/** What the thread of `SqliteAside` says once it can be asked, and then to each query. */
export type AsideAnswer = 'ready' | { rows: unknown[] } | { error: string; code: string | undefined };

const { raw } = openSqliteConnection(workerData as string, 'read');

parentPort?.on('message', ({ text, values }: BoundSql) => {
  parentPort?.postMessage(answer(text, values));
});
parentPort?.postMessage('ready' satisfies AsideAnswer);

function answer(text: string, values: unknown[]): AsideAnswer {
  try {
    return { rows: raw.prepare<unknown[]>(text).all(values) };
  } catch (error) {
    return { error: String(error), code: (error as { code?: string }).code };
  }
}
