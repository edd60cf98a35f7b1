import { type SchemaModule, sql } from 'kysely';
import { columnTypes } from '../column-types.ts';
import type { Dialect } from '../database.ts';
import type { Statement } from '../query.ts';

/** What users of this homeserver asked to join at other hubs, as long as it is not known that it happened. */
export function ownJoins(schema: SchemaModule, dialect: Dialect): Statement<unknown>[] {
  const { text, integer } = columnTypes(dialect);
  const rows = (builder: ReturnType<SchemaModule['createTable']>) =>
    dialect === 'sqlite' ? builder.modifyEnd(sql`strict, without rowid`) : builder;
  return [
    rows(
      schema
        .createTable('own_joins')
        .addColumn('space', text, (column) => column.notNull())
        .addColumn('user', text, (column) => column.notNull())
        .addColumn('id', text, (column) => column.notNull())
        .addColumn('hub', text, (column) => column.notNull())
        .addColumn('kind', text, (column) => column.notNull())
        .addColumn('asked', integer, (column) => column.notNull())
        .addColumn('until', integer, (column) => column.notNull())
        .addColumn('leaving', integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('own_joins_key', ['space', 'user', 'id']),
    ),
  ];
}
