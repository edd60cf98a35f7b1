import Sqlite from 'better-sqlite3';
import { Refusal } from '../base/errors.ts';
import type { Reader } from './database.ts';
import { compile, type Query, type Statement } from './query.ts';

/** How long a statement waits for a lock that another process holds, e.g. `sqlite3` of an admin. */
const BUSY_TIMEOUT = 5_000;

export interface SqliteConnection {
  readonly raw: Sqlite.Database;
  /** The prepared statement of a query, made at its first use. */
  statement(query: Query<never, unknown>): Sqlite.Statement<unknown[]>;
  /** Runs a fixed command such as BEGIN. */
  command(text: string): void;
  close(): void;
}

/** Opens a database in WAL mode with every commit on disk before it counts. */
export function openSqliteConnection(path: string, access: 'write' | 'read'): SqliteConnection {
  const raw = new Sqlite(path, { timeout: BUSY_TIMEOUT, fileMustExist: access === 'read' });
  raw.pragma('trusted_schema = OFF');
  raw.pragma('foreign_keys = ON');
  // What is erased is overwritten, not only given free.
  if (access === 'write') raw.pragma('secure_delete = ON');
  if (access === 'write') {
    requirePragma(raw, 'journal_mode', 'WAL', 'wal');
    raw.pragma('journal_size_limit = 67108864');
  } else {
    raw.pragma('query_only = ON');
  }
  // better-sqlite3 sets NORMAL when it finds a WAL database, and that can lose a commit that was confirmed.
  requirePragma(raw, 'synchronous', 'FULL', 2);

  const statements = new Map<number, Sqlite.Statement<unknown[]>>();
  const commands = new Map<string, Sqlite.Statement<unknown[]>>();
  return {
    raw,
    statement(query) {
      let statement = statements.get(query.id);
      if (statement === undefined) {
        statement = raw.prepare<unknown[]>(query.sqlite.text);
        statements.set(query.id, statement);
      }
      return statement;
    },
    command(text) {
      let command = commands.get(text);
      if (command === undefined) {
        command = raw.prepare<unknown[]>(text);
        commands.set(text, command);
      }
      command.run();
    },
    close: () => void raw.close(),
  };
}

function requirePragma(raw: Sqlite.Database, name: string, value: string, expected: unknown): void {
  raw.pragma(`${name} = ${value}`);
  const actual: unknown = raw.pragma(name, { simple: true });
  if (actual !== expected) throw new Error(`SQLite keeps ${name} at ${String(actual)} instead of ${value}`);
}

/** The reader of one snapshot; refuses to be used after it. */
export class SqliteReader implements Reader {
  protected readonly connection: SqliteConnection;
  #ended = false;

  constructor(connection: SqliteConnection) {
    this.connection = connection;
  }

  async all<P, R>(query: Query<P, R>, params: P): Promise<R[]> {
    this.check();
    try {
      return this.connection.statement(query).all(query.sqlite.bind(params)) as R[];
    } catch (error) {
      throw this.failed(error);
    }
  }

  async get<P, R>(query: Query<P, R>, params: P): Promise<R | undefined> {
    this.check();
    try {
      return this.connection.statement(query).get(query.sqlite.bind(params)) as R | undefined;
    } catch (error) {
      throw this.failed(error);
    }
  }

  async select<R>(statement: Statement<R>): Promise<R[]> {
    this.check();
    try {
      const { text, values } = compile(statement, 'sqlite');
      return this.connection.raw.prepare<unknown[]>(text).all(values) as R[];
    } catch (error) {
      throw this.failed(error);
    }
  }

  end(): void {
    this.#ended = true;
  }

  protected check(): void {
    if (this.#ended) throw new Error('This transaction has ended; was an await forgotten?');
  }

  protected failed(error: unknown): unknown {
    return sqliteRefusal(error);
  }
}

/** What an error of SQLite means to whoever asked; other errors stay as they are. */
export function sqliteRefusal(error: unknown): unknown {
  if (!(error instanceof Sqlite.SqliteError)) return error;
  if (/^SQLITE_(FULL|IOERR|READONLY)/.test(error.code)) return new Refusal('storage_full', {}, { cause: error });
  if (/^SQLITE_(BUSY|LOCKED|CANTOPEN)/.test(error.code)) return new Refusal('unavailable', {}, { cause: error });
  return error;
}
