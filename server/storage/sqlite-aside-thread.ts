import { parentPort, workerData } from 'node:worker_threads';
import type { BoundSql } from './query.ts';
import { openSqliteConnection } from './sqlite-connection.ts';

/** What the thread of `SqliteAside` answers to each query. */
export type AsideAnswer = { rows: unknown[] } | { error: string };

const { raw } = openSqliteConnection(workerData as string, 'read');

parentPort?.on('message', ({ text, values }: BoundSql) => {
  parentPort?.postMessage(answer(text, values));
});

function answer(text: string, values: unknown[]): AsideAnswer {
  try {
    return { rows: raw.prepare<unknown[]>(text).all(values) };
  } catch (error) {
    return { error: String(error) };
  }
}
