import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { Refusal, StartError } from '../base/errors.ts';
import { temporaryFolder } from '../testing/engines.ts';
import { query, sqlOver } from './query.ts';
import { openSqlite } from './sqlite.ts';
import { openSqliteConnection, sqliteRefusal } from './sqlite-connection.ts';

const sql = sqlOver<{ notes: { id: number; text: string } }>();
const addNote = query<{ text: string }>()((p) => sql`INSERT INTO notes (text) VALUES (${p.text})`);
const countNotes = query<Record<never, never>>()(() => sql<{ n: number }>`SELECT count(*) AS n FROM notes`);
const createNotes = sql`CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT`;

const isFull = (error: unknown) => error instanceof Refusal && error.code === 'storage_full';

test('each connection to an existing database waits for the disk', async (t) => {
  const path = join(await temporaryFolder(t), 'folkmoot.db');
  openSqliteConnection(path, 'write').close();
  for (const access of ['write', 'read'] as const) {
    const connection = openSqliteConnection(path, access);
    const pragma = (name: string) => connection.raw.pragma(name, { simple: true });
    assert.equal(pragma('synchronous'), 2);
    assert.equal(pragma('journal_mode'), 'wal');
    assert.equal(pragma('foreign_keys'), 1);
    assert.equal(pragma('trusted_schema'), 0);
    connection.close();
  }
});

test('the database is readable by this user only', async (t) => {
  const folder = join(await temporaryFolder(t), 'data');
  await using database = await openSqlite(folder);
  await database.write((tx) => tx.execute(createNotes));
  for (const file of ['folkmoot.db', 'folkmoot.db-wal']) assert.equal(statSync(join(folder, file)).mode & 0o077, 0);
  assert.equal(statSync(folder).mode & 0o077, 0);
});

test('a full disk is a refusal, undoes the whole write and heals without a restart', async (t) => {
  const folder = await temporaryFolder(t);
  await using database = await openSqlite(folder);
  await database.write((tx) => tx.execute(createNotes));
  await database.write(async (tx) => {
    await tx.run(addNote, { text: 'kept' });
  });
  const limit = (pages: number) => database.write((tx) => tx.select(sql`PRAGMA max_page_count = ${sql.lit(pages)}`));
  await limit(10);
  const long = 'x'.repeat(4_000);
  await assert.rejects(
    database.write(async (tx) => {
      await tx.run(addNote, { text: 'lost' });
      await tx.savepoint(async () => {
        for (let i = 0; i < 50; i++) await tx.run(addNote, { text: long });
      });
    }),
    isFull,
  );
  assert.equal((await database.read((reader) => reader.get(countNotes, {})))?.n, 1);
  await limit(1_000_000);
  await database.write((tx) => tx.run(addNote, { text: long }));
  assert.equal((await database.read((reader) => reader.get(countNotes, {})))?.n, 2);
});

test('after the disk was full within a caught savepoint nothing is written outside of the transaction', async (t) => {
  await using database = await openSqlite(await temporaryFolder(t));
  await database.write((tx) => tx.execute(createNotes));
  await database.write((tx) => tx.select(sql`PRAGMA max_page_count = 8`));
  const fill = database.write(async (tx) => {
    await tx
      .savepoint(async () => {
        for (let i = 0; i < 50; i++) await tx.run(addNote, { text: 'x'.repeat(4_000) });
      })
      .catch(() => undefined);
    await tx.run(addNote, { text: 'small' });
  });
  await fill.catch((error) => assert.ok(isFull(error)));
  const { n } = (await database.read((reader) => reader.get(countNotes, {}))) ?? {};
  assert.ok(n === 0 || n === 1);
});

test('what the errors of SQLite mean', () => {
  const refusal = (code: string) => sqliteRefusal(new Sqlite.SqliteError('text', code));
  for (const code of ['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_READONLY']) assert.ok(isFull(refusal(code)), code);
  const busy = refusal('SQLITE_BUSY');
  assert.ok(busy instanceof Refusal && busy.code === 'unavailable');
  const other = new Error('other');
  assert.equal(sqliteRefusal(other), other);
});

test('a killed process leaves neither a lock nor half of a write', async (t) => {
  const folder = await temporaryFolder(t);
  const script = `
    import { openSqlite } from ${JSON.stringify(new URL('./sqlite.ts', import.meta.url).href)};
    import { sql } from ${JSON.stringify(new URL('./query.ts', import.meta.url).href)};
    const database = await openSqlite(${JSON.stringify(folder)});
    await database.write((tx) => tx.execute(sql\`CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT\`));
    await database.write(async (tx) => {
      await tx.execute(sql\`INSERT INTO notes (text) VALUES ('half')\`);
      process.stdout.write('writing');
      await new Promise(() => setInterval(() => {}, 1_000));
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  await assert.rejects(openSqlite(folder), (error) => error instanceof StartError && error.code === 'data_in_use');
  child.kill('SIGKILL');
  await once(child, 'exit');
  await using database = await openSqlite(folder);
  assert.equal((await database.read((reader) => reader.get(countNotes, {})))?.n, 0);
});
