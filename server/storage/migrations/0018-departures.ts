import { type SchemaModule, sql } from 'kysely';
import { columnTypes } from '../column-types.ts';
import type { Dialect } from '../database.ts';
import type { Statement } from '../query.ts';

/** Who has left a space whose hub did not take it yet, with the signed intent that says so. */
export function departures(schema: SchemaModule, dialect: Dialect): Statement<unknown>[] {
  const { text, integer } = columnTypes(dialect);
  const table = schema
    .createTable('departures')
    .addColumn('space', text, (column) => column.notNull())
    .addColumn('user', text, (column) => column.notNull())
    .addColumn('hub', text, (column) => column.notNull())
    .addColumn('id', text, (column) => column.notNull())
    .addColumn('line', text, (column) => column.notNull())
    .addColumn('exp', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('departures_key', ['space', 'user']);
  return [
    dialect === 'sqlite' ? table.modifyEnd(sql`strict, without rowid`) : table,
    schema.createIndex('departures_hub').on('departures').columns(['hub', 'space', 'user']),
  ];
}
