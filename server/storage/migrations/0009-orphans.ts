import { type SchemaModule, sql } from 'kysely';
import { columnTypes } from '../column-types.ts';
import type { Dialect } from '../database.ts';
import type { Statement } from '../query.ts';

/** Messages that their hub has lost. */
export function orphans(schema: SchemaModule, dialect: Dialect): Statement<unknown>[] {
  const { integer } = columnTypes(dialect);
  return [
    schema.alterTable('messages').addColumn('orphaned', integer, (column) => column.notNull().defaultTo(0)),
    schema
      .createIndex('messages_orphaned')
      .on('messages')
      .columns(['stream_no', 'intent'])
      .where(sql.ref('orphaned'), '=', sql.lit(1)),
  ];
}
