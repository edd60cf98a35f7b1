import { type SchemaModule, sql } from 'kysely';
import { columnTypes } from '../column-types.ts';
import type { Dialect } from '../database.ts';
import type { Statement } from '../query.ts';

/** Other homeservers, and keys of our own that were revoked. */
export function federation(schema: SchemaModule, dialect: Dialect): Statement<unknown>[] {
  const { text, integer } = columnTypes(dialect);
  const peers = schema
    .createTable('peers')
    .addColumn('server', text, (column) => column.notNull())
    .addColumn('state', text, (column) => column.notNull())
    .addColumn('root', text)
    .addColumn('document', text)
    .addColumn('serial', integer)
    .addColumn('fetched', integer)
    .addColumn('first_contact', integer)
    .addColumn('last_contact', integer)
    .addPrimaryKeyConstraint('peers_pk', ['server']);
  return [
    dialect === 'sqlite' ? peers.modifyEnd(sql`strict`) : peers,
    schema.alterTable('server_keys').addColumn('revoked', integer),
  ];
}
