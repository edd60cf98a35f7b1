import { type SchemaModule, sql } from 'kysely';
import { columnTypes } from '../column-types.ts';
import type { Dialect } from '../database.ts';
import type { Statement } from '../query.ts';

/** Signed intents on their way to the hubs of other spaces. */
export function outbox(schema: SchemaModule, dialect: Dialect): Statement<unknown>[] {
  const { text, integer } = columnTypes(dialect);
  const table = schema
    .createTable('outbox')
    .addColumn('no', integer, (column) => column.notNull())
    .addColumn('hub', text, (column) => column.notNull())
    .addColumn('space', text, (column) => column.notNull())
    .addColumn('stream', text, (column) => column.notNull())
    .addColumn('actor', text, (column) => column.notNull())
    .addColumn('id', text, (column) => column.notNull())
    .addColumn('type', text, (column) => column.notNull())
    .addColumn('line', text, (column) => column.notNull())
    .addColumn('exp', integer, (column) => column.notNull())
    .addColumn('told', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('outbox_pk', ['no']);
  return [
    dialect === 'sqlite' ? table.modifyEnd(sql`strict`) : table,
    schema.createIndex('outbox_hub_no').on('outbox').columns(['hub', 'no']),
    schema.createIndex('outbox_actor_space_id').on('outbox').columns(['actor', 'space', 'id']).unique(),
  ];
}
