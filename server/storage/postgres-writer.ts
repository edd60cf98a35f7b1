import type pg from 'pg';
import type { Writer } from './database.ts';
import { PostgresReader } from './postgres-connection.ts';
import type { Query, Statement } from './query.ts';

/** The open write transaction of PostgreSQL. */
export class PostgresWriter extends PostgresReader implements Writer {
  #depth = 0;
  #failure: unknown;

  async run<P>(query: Query<P, unknown>, params: P): Promise<number> {
    return (await this.perform(query, params)).rowCount ?? 0;
  }

  async execute(statement: Statement<unknown>): Promise<number> {
    return (await this.performOnce(statement)).rowCount ?? 0;
  }

  async savepoint<T>(work: () => Promise<T>): Promise<T> {
    this.check();
    const name = `s${this.#depth++}`;
    try {
      this.#sendAhead(`SAVEPOINT ${name}`);
      let result: T;
      try {
        result = await work();
        this.requireIntact();
      } catch (error) {
        await this.#rollbackTo(name);
        throw error;
      }
      this.#sendAhead(`RELEASE ${name}`);
      return result;
    } finally {
      this.#depth--;
    }
  }

  async #rollbackTo(name: string): Promise<void> {
    this.#failure = undefined;
    try {
      await super.send(`ROLLBACK TO ${name}`);
      this.#sendAhead(`RELEASE ${name}`);
    } catch (error) {
      this.#failure = error;
    }
  }

  /** Sends without waiting for the answer; a failure shows at the next statement or at the commit. */
  #sendAhead(text: string): void {
    this.send(text).catch(() => undefined);
  }

  /** Throws the error of a failed statement that somebody caught without rolling back. */
  requireIntact(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  protected override check(): void {
    super.check();
    this.requireIntact();
  }

  protected override async send(text: string, values?: unknown[], name?: string): Promise<pg.QueryResult> {
    this.check();
    try {
      return await super.send(text, values, name);
    } catch (error) {
      this.#failure ??= error;
      throw error;
    }
  }
}
