import type { Query, Statement } from './query.ts';

export type Dialect = 'sqlite' | 'postgres';

/** Reads of one consistent snapshot. Booleans come back as 0 or 1, integers as numbers. */
export interface Reader {
  all<P, R>(query: Query<P, R>, params: NoInfer<P>): Promise<R[]>;
  get<P, R>(query: Query<P, R>, params: NoInfer<P>): Promise<R | undefined>;
  /** Runs a query that is put together at run time; compiled each time, so not for hot paths. */
  select<R>(statement: Statement<R>): Promise<R[]>;
}

/**
 * The open write transaction. It sees its own changes. After a failed statement everything is refused until the
 * enclosing savepoint or the transaction is rolled back, on both engines.
 */
export interface Writer extends Reader {
  /** Returns the number of rows changed. */
  run<P>(query: Query<P, unknown>, params: NoInfer<P>): Promise<number>;
  /** `run` for a statement that is put together at run time. */
  execute(statement: Statement<unknown>): Promise<number>;
  /** Undoes what `work` did if it throws, and throws on; the transaction stays usable. */
  savepoint<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Throws Refusal `storage_full` when nothing more can be written and `unavailable` when the connection is lost.
 * If `write` throws `unavailable` from its commit, the outcome is unknown: look again before going on.
 */
export interface Database extends AsyncDisposable {
  readonly dialect: Dialect;
  /** One durable transaction. The caller sees to it that there is one at a time; a second one throws. */
  write<T>(work: (tx: Writer) => Promise<T>): Promise<T>;
  /** One snapshot, taken at the first query; runs beside a write and sees only what was committed before. */
  read<T>(work: (reader: Reader) => Promise<T>): Promise<T>;
  /**
   * One query that may take long, over what was committed before, while everything else goes on. Throws `busy` where
   * it is not done after so many ms, or too many wait.
   */
  readAside<R>(statement: Statement<R>, limit: number): Promise<R[]>;
  /** Waits for what is running, closes the connections and gives the data free for another process. */
  close(): Promise<void>;
}
