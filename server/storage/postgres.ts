import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { Refusal, StartError } from '../base/errors.ts';
import type { Database, Reader, Writer } from './database.ts';
import { sql, type Statement } from './query.ts';
import { Turns } from './turns.ts';
import { connectionOptions, PostgresReader, postgresRefusal, send } from './postgres-connection.ts';
import { PostgresWriter } from './postgres-writer.ts';

/** Advisory lock of the one process that may write; any number does, a database holds one homeserver. */
const WRITER_LOCK = 7_033_510;
/** A killed predecessor keeps its lock until the server notices. */
const LOCK_PATIENCE = 2_000;
const READ_CONNECTIONS = 8;

/** Opens a PostgreSQL database. Throws StartError `data_in_use` or `database_unreachable`. */
export async function openPostgres(url: string): Promise<Database> {
  let writer: pg.Client;
  try {
    writer = await connectWriter(url);
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError('database_unreachable', `PostgreSQL cannot be used: ${reasonOf(error)}`, { cause: error });
  }
  return new PostgresDatabase(url, writer);
}

/**
 * The lock belongs to the session that writes: whoever can write holds it, and it goes when the connection goes.
 */
async function connectWriter(url: string): Promise<pg.Client> {
  const client = new pg.Client(connectionOptions(url));
  // Without a listener a lost connection would end the process; the next statement reports it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query("SELECT current_setting('server_encoding') AS encoding");
    if (rows[0]?.encoding !== 'UTF8') {
      throw new StartError(
        'database_unreachable',
        `The database has encoding ${rows[0]?.encoding}; make one with UTF8.`,
      );
    }
    // A commit that was confirmed has to be on disk, whatever the default of the database is.
    await client.query("SET synchronous_commit = 'on'");
    await takeLock(client);
    return client;
  } catch (error) {
    await client.end();
    throw error;
  }
}

async function takeLock(client: pg.Client): Promise<void> {
  const deadline = performance.now() + LOCK_PATIENCE;
  for (;;) {
    const { rows } = await client.query(`SELECT pg_try_advisory_lock(${WRITER_LOCK}) AS taken`);
    if (rows[0]?.taken === 1) return;
    if (performance.now() > deadline) break;
    await wait(50);
  }
  throw new StartError(
    'data_in_use',
    'Another process is using this PostgreSQL database. Stop it first, or choose another database.',
  );
}

/** Errors of a connection attempt to several addresses have an empty message. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

class PostgresDatabase implements Database {
  readonly dialect = 'postgres';
  readonly #url: string;
  readonly #pool: pg.Pool;
  readonly #aside = new Turns({ atOnce: 2, waiting: 16 });
  #writer: pg.Client | undefined;
  #writing: Promise<unknown> | undefined;
  #closed = false;

  constructor(url: string, writer: pg.Client) {
    this.#url = url;
    this.#writer = writer;
    this.#pool = new pg.Pool({ ...connectionOptions(url), max: READ_CONNECTIONS });
    this.#pool.on('error', () => undefined);
    // The pool listens only while a client is idle.
    this.#pool.on('connect', (client) => void client.on('error', () => undefined));
  }

  async write<T>(work: (tx: Writer) => Promise<T>): Promise<T> {
    if (this.#writing) throw new Error('A write is under way: write() is called one at a time');
    if (this.#closed) throw new Error('The database is closed');
    const transaction = this.#transaction(work);
    this.#writing = transaction;
    try {
      return await transaction;
    } finally {
      this.#writing = undefined;
    }
  }

  async #transaction<T>(work: (tx: Writer) => Promise<T>): Promise<T> {
    const client = await this.#connectedWriter();
    const tx = new PostgresWriter(client);
    try {
      await send(client, 'BEGIN');
      const result = await work(tx);
      tx.requireIntact();
      tx.end();
      const { command } = await send(client, 'COMMIT');
      if (command !== 'COMMIT') throw new Error(`PostgreSQL answered COMMIT with ${command}`);
      return result;
    } catch (error) {
      tx.end();
      await this.#abandon(client);
      throw error;
    }
  }

  async #connectedWriter(): Promise<pg.Client> {
    try {
      this.#writer ??= await connectWriter(this.#url);
      return this.#writer;
    } catch (error) {
      throw error instanceof StartError ? new Refusal('unavailable', {}, { cause: error }) : postgresRefusal(error);
    }
  }

  /** Leaves a connection on which everything is undone, or none: the next write then makes a new one. */
  async #abandon(client: pg.Client): Promise<void> {
    try {
      await send(client, 'ROLLBACK');
    } catch {
      this.#writer = undefined;
      await client.end();
    }
  }

  async read<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    if (this.#closed) throw new Error('The database is closed');
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw postgresRefusal(error);
    });
    const reader = new PostgresReader(client);
    // Sent ahead: if it fails, so does every statement after it.
    const begun = client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    try {
      begun.catch(() => undefined);
      return await work(reader);
    } finally {
      reader.end();
      // The answer need not wait for this.
      Promise.all([begun, client.query('COMMIT')]).then(
        () => client.release(),
        () => client.release(true),
      );
    }
  }

  async readAside<R>(statement: Statement<R>, limit: number): Promise<R[]> {
    const deadline = performance.now() + limit;
    const giveOn = await this.#aside.take(limit);
    try {
      return await this.read(async (reader) => {
        const left = Math.max(1, Math.ceil(deadline - performance.now()));
        await reader.select(sql`select set_config('statement_timeout', ${String(left)}, true)`);
        return reader.select(statement);
      });
    } finally {
      giveOn();
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#writing?.catch(() => undefined);
    await this.#pool.end();
    await this.#writer?.end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
