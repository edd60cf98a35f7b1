import { type SchemaModule, sql } from 'kysely';
import { columnTypes } from '../column-types.ts';
import type { Dialect } from '../database.ts';
import type { Statement } from '../query.ts';

/** Friends, blocks, message requests, and what other homeservers still have to be told about them. */
export function relationships(schema: SchemaModule, dialect: Dialect): Statement<unknown>[] {
  const { text, integer } = columnTypes(dialect);
  const rows = (builder: ReturnType<SchemaModule['createTable']>) =>
    dialect === 'sqlite' ? builder.modifyEnd(sql`strict, without rowid`) : builder;
  return [
    schema.alterTable('invites').addColumn('user', text),
    schema.createIndex('invites_user').on('invites').columns(['user']),
    rows(
      schema
        .createTable('relationships')
        .addColumn('user', text, (column) => column.notNull())
        .addColumn('other', text, (column) => column.notNull())
        .addColumn('kind', text, (column) => column.notNull())
        .addColumn('since', integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('relationships_pk', ['user', 'other']),
    ),
    schema.createIndex('relationships_other').on('relationships').columns(['other', 'kind']),
    rows(
      schema
        .createTable('message_requests')
        .addColumn('user', text, (column) => column.notNull())
        .addColumn('space', text, (column) => column.notNull())
        .addColumn('kind', text, (column) => column.notNull())
        .addColumn('hub', text, (column) => column.notNull())
        .addColumn('code', text, (column) => column.notNull())
        .addColumn('sender', text, (column) => column.notNull())
        .addColumn('ts', integer, (column) => column.notNull())
        .addColumn('state', text, (column) => column.notNull())
        .addPrimaryKeyConstraint('message_requests_pk', ['user', 'space']),
    ),
    schema.createIndex('message_requests_sender').on('message_requests').columns(['sender']),
    rows(
      schema
        .createTable('privacy')
        .addColumn('user', text, (column) => column.notNull())
        .addColumn('found_by', text, (column) => column.notNull())
        .addColumn('requests_from', text, (column) => column.notNull())
        .addPrimaryKeyConstraint('privacy_pk', ['user']),
    ),
    rows(
      schema
        .createTable('looked_up')
        .addColumn('user', text, (column) => column.notNull())
        .addColumn('other', text, (column) => column.notNull())
        .addColumn('ts', integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('looked_up_pk', ['user', 'other']),
    ),
    rows(
      schema
        .createTable('people_outbox')
        .addColumn('server', text, (column) => column.notNull())
        .addColumn('n', integer, (column) => column.notNull())
        .addColumn('id', text, (column) => column.notNull())
        .addColumn('path', text, (column) => column.notNull())
        .addColumn('body', text, (column) => column.notNull())
        .addColumn('created', integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('people_outbox_pk', ['server', 'n']),
    ),
    rows(
      schema
        .createTable('people_received')
        .addColumn('server', text, (column) => column.notNull())
        .addColumn('id', text, (column) => column.notNull())
        .addColumn('ts', integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('people_received_pk', ['server', 'id']),
    ),
    schema.createIndex('people_received_ts').on('people_received').columns(['ts']),
  ];
}
