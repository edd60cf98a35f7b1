import { type SchemaModule, sql } from 'kysely';
import { columnTypes } from '../column-types.ts';
import type { Dialect } from '../database.ts';
import type { Statement } from '../query.ts';

/** What people reported, for moderators of communities and for admins. */
export function reports(schema: SchemaModule, dialect: Dialect): Statement<unknown>[] {
  const { text, integer } = columnTypes(dialect);
  const rows = (builder: ReturnType<SchemaModule['createTable']>) =>
    dialect === 'sqlite' ? builder.modifyEnd(sql`strict, without rowid`) : builder;
  return [
    rows(
      schema
        .createTable('reports')
        .addColumn('id', text, (column) => column.notNull().primaryKey())
        .addColumn('list', text, (column) => column.notNull())
        .addColumn('origin', text, (column) => column.notNull())
        .addColumn('letter', text, (column) => column.notNull())
        .addColumn('reporter', text)
        .addColumn('user', text, (column) => column.notNull())
        .addColumn('space', text)
        .addColumn('hub', text)
        .addColumn('stream', text)
        .addColumn('message', text)
        .addColumn('reasons', text, (column) => column.notNull())
        .addColumn('text', text, (column) => column.notNull())
        .addColumn('lines', text, (column) => column.notNull())
        .addColumn('ts', integer, (column) => column.notNull())
        .addColumn('closed', integer)
        .addColumn('closed_by', text)
        .addColumn('outcome', text),
    ),
    schema.createIndex('reports_letter').on('reports').columns(['origin', 'letter', 'list']).unique(),
    schema.createIndex('reports_space').on('reports').columns(['space', 'list', 'ts']),
    schema.createIndex('reports_list').on('reports').columns(['list', 'ts']),
    schema.createIndex('reports_reporter').on('reports').columns(['reporter', 'user']),
  ];
}
