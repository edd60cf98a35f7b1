import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteConnection } from '../storage/sqlite-connection.ts';

const runMs = 2_000;

/** Rows per second in transactions of so many, each synced: what the disk and SQLite allow for lines and messages of these sizes. */
export async function rawGroupCommits(rows: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'folkmoot-bench-'));
  const { raw, close } = openSqliteConnection(join(folder, 'raw.db'), 'write');
  try {
    raw.exec('create table lines (pos integer primary key, envelope text not null, payload text not null) strict');
    raw.exec('create table messages (pos integer primary key, content text not null) strict');
    const line = raw.prepare('insert into lines values (?, ?, ?)');
    const message = raw.prepare('insert into messages values (?, ?)');
    const [envelope, payload, content] = ['e'.repeat(480), 'p'.repeat(780), 'c'.repeat(200)];
    let pos = 0;
    const commit = raw.transaction(() => {
      for (let row = 0; row < rows; row++) {
        pos += 1;
        line.run(pos, envelope, payload);
        message.run(pos, content);
      }
    });
    const start = performance.now();
    while (performance.now() - start < runMs) commit();
    return pos / ((performance.now() - start) / 1_000);
  } finally {
    close();
    await rm(folder, { recursive: true, force: true });
  }
}
