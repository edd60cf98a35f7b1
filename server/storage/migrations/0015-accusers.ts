import type { SchemaModule } from 'kysely';
import { columnTypes } from '../column-types.ts';
import type { Dialect } from '../database.ts';
import type { Statement } from '../query.ts';

/** Who says otherwise than the hub, so that nobody's tales leave no room for the truth of others. Empty in what is from before. */
export function accusers(schema: SchemaModule, dialect: Dialect): Statement<unknown>[] {
  const { text } = columnTypes(dialect);
  return [
    schema.alterTable('evidence').addColumn('accuser', text, (column) => column.notNull().defaultTo('')),
    schema.createIndex('evidence_accuser').on('evidence').columns(['space', 'accuser', 'ts']),
  ];
}
