import pg from 'pg';
import { Refusal } from '../base/errors.ts';
import type { Reader } from './database.ts';
import { compile, type Query, type Statement } from './query.ts';

const CONNECT_TIMEOUT = 5_000;

const BOOL = 16;
const INT8 = 20;
const NUMERIC = 1700;

/** The same JavaScript values as from SQLite: numbers, and 0 or 1 for true and false. */
const types: pg.CustomTypesConfig = {
  getTypeParser(oid, format) {
    if (oid === INT8 || oid === NUMERIC) return Number;
    if (oid === BOOL) return (text: string) => (text === 't' ? 1 : 0);
    return pg.types.getTypeParser(oid, format) as never;
  },
};

/** Pipelined: statements that are started together travel together and run in that order. */
export const connectionOptions = (url: string) => ({
  connectionString: url,
  types,
  pipeline: true,
  keepAlive: true,
  connectionTimeoutMillis: CONNECT_TIMEOUT,
  application_name: 'folkmoot',
});

export type PostgresClient = pg.ClientBase;

/** Runs one statement; a `name` keeps it prepared on the connection. */
export async function send(
  client: PostgresClient,
  text: string,
  values?: unknown[],
  name?: string,
): Promise<pg.QueryResult> {
  try {
    return await client.query({ text, ...(values && { values }), ...(name && { name }) });
  } catch (error) {
    throw postgresRefusal(error);
  }
}

/** The reader of one snapshot; refuses to be used after it. */
export class PostgresReader implements Reader {
  protected readonly client: PostgresClient;
  #ended = false;

  constructor(client: PostgresClient) {
    this.client = client;
  }

  async all<P, R>(query: Query<P, R>, params: P): Promise<R[]> {
    return (await this.perform(query, params)).rows as R[];
  }

  async get<P, R>(query: Query<P, R>, params: P): Promise<R | undefined> {
    return (await this.perform(query, params)).rows[0] as R | undefined;
  }

  async select<R>(statement: Statement<R>): Promise<R[]> {
    return (await this.performOnce(statement)).rows as R[];
  }

  end(): void {
    this.#ended = true;
  }

  protected perform<P>(query: Query<P, unknown>, params: P): Promise<pg.QueryResult> {
    return this.send(query.postgres.text, query.postgres.bind(params), `q${query.id}`);
  }

  protected performOnce(statement: Statement<unknown>): Promise<pg.QueryResult> {
    const { text, values } = compile(statement, 'postgres');
    return this.send(text, values);
  }

  protected async send(text: string, values?: unknown[], name?: string): Promise<pg.QueryResult> {
    this.check();
    return send(this.client, text, values, name);
  }

  protected check(): void {
    if (this.#ended) throw new Error('This transaction has ended; was an await forgotten?');
  }
}

/** What an error of PostgreSQL means to whoever asked; other errors stay as they are. */
export function postgresRefusal(error: unknown): unknown {
  if (error instanceof TypeError || error instanceof Refusal) return error;
  // What the server did not say itself comes from the connection.
  if (!(error instanceof pg.DatabaseError)) return new Refusal('unavailable', {}, { cause: error });
  const code = error.code ?? '';
  // disk_full, io_error
  if (code === '53100' || code === '58030') return new Refusal('storage_full', {}, { cause: error });
  // Longer than it may take.
  if (code === '57014') return new Refusal('busy', {}, { cause: error });
  // out of resources, shut down, connection, a server that became a standby
  if (/^(53|57P|08)/.test(code) || code === '25006') return new Refusal('unavailable', {}, { cause: error });
  return error;
}
