import type { Writer } from './database.ts';
import { compile, type Query, type Statement } from './query.ts';
import { SqliteReader } from './sqlite-connection.ts';

/** The open write transaction of SQLite. */
export class SqliteWriter extends SqliteReader implements Writer {
  #depth = 0;
  #failure: unknown;

  async run<P>(query: Query<P, unknown>, params: P): Promise<number> {
    this.check();
    try {
      return this.connection.statement(query).run(query.sqlite.bind(params)).changes;
    } catch (error) {
      throw this.failed(error);
    }
  }

  async execute(statement: Statement<unknown>): Promise<number> {
    this.check();
    try {
      const { text, values } = compile(statement, 'sqlite');
      return this.connection.raw.prepare<unknown[]>(text).run(values).changes;
    } catch (error) {
      throw this.failed(error);
    }
  }

  async savepoint<T>(work: () => Promise<T>): Promise<T> {
    this.check();
    const name = `s${this.#depth++}`;
    this.connection.command(`SAVEPOINT ${name}`);
    try {
      const result = await work();
      this.requireIntact();
      this.connection.command(`RELEASE ${name}`);
      return result;
    } catch (error) {
      if (this.connection.raw.inTransaction) {
        this.connection.command(`ROLLBACK TO ${name}`);
        this.connection.command(`RELEASE ${name}`);
        this.#failure = undefined;
      }
      throw error;
    } finally {
      this.#depth--;
    }
  }

  /** Throws the error of a failed statement that somebody caught without rolling back. */
  requireIntact(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  protected override check(): void {
    super.check();
    this.requireIntact();
  }

  protected override failed(error: unknown): unknown {
    const meaning = super.failed(error);
    this.#failure = meaning;
    return meaning;
  }
}
