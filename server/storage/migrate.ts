import type { SchemaModule } from 'kysely';
import { StartError } from '../base/errors.ts';
import { columnTypes } from './column-types.ts';
import type { Database, Dialect } from './database.ts';
import { type Statement, sqlOver } from './query.ts';

export interface Migration {
  name: string;
  /** The steps of this migration; they run in one transaction. */
  statements(schema: SchemaModule, dialect: Dialect): Statement<unknown>[];
}

interface Schema {
  migrations: { number: number; name: string; applied: number };
}

const sql = sqlOver<Schema>();

/**
 * Brings the tables to the form that the code expects and returns the names of the migrations that it applied.
 * Throws StartError `database_too_new` when a newer version of the code has been here.
 */
export async function migrate(database: Database, migrations: readonly Migration[], now: number): Promise<string[]> {
  const { text, integer } = columnTypes(database.dialect);
  await database.write((tx) =>
    tx.execute(
      sql.schema
        .createTable('migrations')
        .ifNotExists()
        .addColumn('number', integer, (column) => column.primaryKey())
        .addColumn('name', text, (column) => column.notNull())
        .addColumn('applied', integer, (column) => column.notNull()),
    ),
  );
  const applied = await database.read((reader) => reader.select(sql.selectFrom('migrations').select('number')));
  const version = Math.max(0, ...applied.map((row) => row.number));
  if (version > migrations.length) {
    const both = `It is at version ${version}, this program knows ${migrations.length}`;
    throw new StartError('database_too_new', `A newer Folkmoot has used this database. ${both}. Start the newer one.`);
  }

  const missing = [...migrations.entries()].slice(version);
  for (const [index, { name, statements }] of missing) {
    await database.write(async (tx) => {
      for (const statement of statements(sql.schema, database.dialect)) await tx.execute(statement);
      await tx.execute(sql.insertInto('migrations').values({ number: index + 1, name, applied: now }));
    });
  }
  return missing.map(([, { name }]) => name);
}
