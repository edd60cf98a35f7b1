import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { StartError } from '../base/errors.ts';
import type { Database, Reader, Writer } from './database.ts';
import { compile, type Statement } from './query.ts';
import { SqliteAside } from './sqlite-aside.ts';
import { openSqliteConnection, type SqliteConnection, SqliteReader, sqliteRefusal } from './sqlite-connection.ts';
import { SqliteWriter } from './sqlite-writer.ts';

/** Reads that may be open at once; a read only holds a connection while it waits for something else. */
const READERS = 4;

/** Opens `folkmoot.db` in a data folder. Throws StartError `data_in_use` when another process has it open. */
export async function openSqlite(folder: string): Promise<Database> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = takeLock(folder);
  try {
    const path = join(folder, 'folkmoot.db');
    const writer = openSqliteConnection(path, 'write');
    chmodSync(path, 0o600);
    return new SqliteDatabase(lock, path, writer);
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** The kernel gives this lock free when the process ends, however it ends. */
function takeLock(folder: string): Sqlite.Database {
  const lock = new Sqlite(join(folder, 'lock.db'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (!(error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY'))) throw sqliteRefusal(error);
    throw new StartError(
      'data_in_use',
      `Another process is using the data in ${folder}. Stop it first, or choose another folder.`,
    );
  }
}

class SqliteDatabase implements Database {
  readonly dialect = 'sqlite';
  readonly #lock: Sqlite.Database;
  readonly #path: string;
  readonly #writer: SqliteConnection;
  readonly #readers = new Set<SqliteConnection>();
  readonly #free: SqliteConnection[] = [];
  readonly #aside: SqliteAside;
  readonly #waiting: ((connection: SqliteConnection) => void)[] = [];
  #writing: Promise<unknown> | undefined;
  #running = 0;
  #idle: (() => void) | undefined;
  #closed = false;

  constructor(lock: Sqlite.Database, path: string, writer: SqliteConnection) {
    this.#lock = lock;
    this.#path = path;
    this.#writer = writer;
    this.#aside = new SqliteAside(path);
  }

  async write<T>(work: (tx: Writer) => Promise<T>): Promise<T> {
    if (this.#writing) throw new Error('A write is under way: write() is called one at a time');
    this.#start();
    const transaction = this.#transaction(work);
    this.#writing = transaction;
    try {
      return await transaction;
    } finally {
      this.#writing = undefined;
      this.#finish();
    }
  }

  async #transaction<T>(work: (tx: Writer) => Promise<T>): Promise<T> {
    const tx = new SqliteWriter(this.#writer);
    try {
      this.#writer.command('BEGIN IMMEDIATE');
      const result = await work(tx);
      tx.requireIntact();
      this.#writer.command('COMMIT');
      return result;
    } catch (error) {
      // SQLite itself rolls back when the disk is full.
      if (this.#writer.raw.inTransaction) this.#writer.command('ROLLBACK');
      throw sqliteRefusal(error);
    } finally {
      tx.end();
    }
  }

  async read<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    this.#start();
    try {
      const connection =
        this.#takeReader() ?? (await new Promise<SqliteConnection>((resolve) => this.#waiting.push(resolve)));
      const reader = new SqliteReader(connection);
      try {
        connection.command('BEGIN');
        return await work(reader);
      } finally {
        reader.end();
        if (connection.raw.inTransaction) connection.command('COMMIT');
        this.#giveReader(connection);
      }
    } finally {
      this.#finish();
    }
  }

  async readAside<R>(statement: Statement<R>, limit: number): Promise<R[]> {
    this.#start();
    try {
      return await this.#aside.all<R>(compile(statement, 'sqlite'), limit);
    } finally {
      this.#finish();
    }
  }

  #takeReader(): SqliteConnection | undefined {
    const free = this.#free.pop();
    if (free || this.#readers.size === READERS) return free;
    const connection = openSqliteConnection(this.#path, 'read');
    this.#readers.add(connection);
    return connection;
  }

  #giveReader(connection: SqliteConnection): void {
    const next = this.#waiting.shift();
    if (next) next(connection);
    else this.#free.push(connection);
  }

  #start(): void {
    if (this.#closed) throw new Error('The database is closed');
    this.#running++;
  }

  #finish(): void {
    if (--this.#running === 0) this.#idle?.();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#running > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
    await this.#aside.close();
    for (const reader of this.#readers) reader.close();
    this.#writer.close();
    this.#lock.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
