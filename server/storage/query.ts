import {
  type CompiledQuery,
  createQueryId,
  DummyDriver,
  Kysely,
  type OperationNodeSource,
  type RootOperationNode,
  SqliteAdapter,
  SqliteIntrospector,
  sql as fragment,
} from 'kysely';
import type { Dialect } from './database.ts';
import { PostgresCompiler } from './postgres-compiler.ts';
import { SqliteCompiler } from './sqlite-compiler.ts';
import type { Tables } from './tables.ts';

/** A Kysely builder or raw fragment whose result row is `R`. */
export type Statement<R> = OperationNodeSource & { compile(...executor: never[]): CompiledQuery<R> };

/** SQL with the values for its placeholders. */
export interface BoundSql {
  text: string;
  values: unknown[];
}

/** A query of parameters `P` and rows `R`, compiled once for each engine and kept as a prepared statement. */
export interface Query<P, R> {
  readonly id: number;
  readonly rows?: R;
  readonly sqlite: CompiledShape<P>;
  readonly postgres: CompiledShape<P>;
}

export interface CompiledShape<P> {
  readonly text: string;
  bind(params: P): unknown[];
}

/** Stands for the parameter of that name while a query is built. */
class Marker {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

const compilers = { sqlite: new SqliteCompiler(), postgres: new PostgresCompiler() };

const starters = [
  'selectFrom',
  'selectNoFrom',
  'insertInto',
  'updateTable',
  'deleteFrom',
  'with',
  'withRecursive',
] as const;
type Starter = (typeof starters)[number];

export type SqlOf<Schema> = typeof fragment & Pick<Kysely<Schema>, Starter | 'fn' | 'schema'>;

/** Kysely's `` sql`…` `` and its query builders over a schema in one value. It builds and never executes. */
export function sqlOver<Schema>(): SqlOf<Schema> {
  const builder = new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => compilers.sqlite,
    },
  });
  const methods = Object.fromEntries(starters.map((name) => [name, builder[name].bind(builder)]));
  const tag = (parts: TemplateStringsArray, ...values: unknown[]) => fragment(parts, ...values);
  return Object.assign(tag, fragment, methods, { fn: builder.fn, schema: builder.schema }) as unknown as SqlOf<Schema>;
}

/** Builds statements over the tables of the homeserver. */
export const sql = sqlOver<Tables>();

let queries = 0;

/**
 * Declares a prepared query: `query<{ id: string }>()((p) => sql.selectFrom('users').selectAll().where('id', '=', p.id))`.
 * A parameter stands for one value, so no lists and no `if (p.id)`; for these there is `Reader.select`.
 */
export function query<P>() {
  return <R>(build: (params: Readonly<P>) => Statement<R>): Query<P, R> => {
    const markers = new Proxy({}, { get: (_, name) => new Marker(String(name)) }) as Readonly<P>;
    const statement = build(markers);
    return { id: queries++, sqlite: compileShape(statement, 'sqlite'), postgres: compileShape(statement, 'postgres') };
  };
}

/** Compiles a statement that was built at run time. */
export function compile(statement: Statement<unknown>, dialect: Dialect): BoundSql {
  const { sql: text, parameters } = compilers[dialect].compileQuery(rootOf(statement), createQueryId());
  return { text, values: parameters.map((value) => toColumn(value)) };
}

function compileShape<P>(statement: Statement<unknown>, dialect: Dialect): CompiledShape<P> {
  const { sql: text, parameters } = compilers[dialect].compileQuery(rootOf(statement), createQueryId());
  const slots = parameters.map((value) => (value instanceof Marker ? value : toColumn(value)));
  return {
    text,
    bind(params) {
      const values = new Array<unknown>(slots.length);
      for (let i = 0; i < slots.length; i++) {
        const slot = slots[i];
        values[i] = slot instanceof Marker ? toColumn(params[slot.name as keyof P], slot.name) : slot;
      }
      return values;
    },
  };
}

// Every statement that a builder hands out is a root node; Kysely's types only say so for some of them.
const rootOf = (statement: Statement<unknown>) => statement.toOperationNode() as RootOperationNode;

/** SQLite has no booleans, and both engines would store `undefined` as something that nobody meant. */
function toColumn(value: unknown, name = 'a constant'): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value === undefined) throw new TypeError(`Query parameter is undefined: ${name}`);
  return value;
}
