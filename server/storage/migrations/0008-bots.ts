import { type CreateTableBuilder, type SchemaModule, sql } from 'kysely';
import { columnTypes } from '../column-types.ts';
import type { Dialect } from '../database.ts';
import type { Statement } from '../query.ts';

/** Accounts of programs, their tokens, and what communities let them do. */
export function bots(schema: SchemaModule, dialect: Dialect): Statement<unknown>[] {
  const { text, integer } = columnTypes(dialect);
  const strict = (table: CreateTableBuilder<string, string>) =>
    dialect === 'sqlite' ? table.modifyEnd(sql`strict`) : table;
  return [
    schema.alterTable('users').addColumn('bot', integer),
    strict(
      schema
        .createTable('bots')
        .addColumn('user', text, (column) => column.notNull())
        .addColumn('owner', text, (column) => column.notNull())
        .addPrimaryKeyConstraint('bots_pk', ['user']),
    ),
    schema.createIndex('bots_owner').on('bots').column('owner'),
    strict(
      schema
        .createTable('bot_tokens')
        .addColumn('id', text, (column) => column.notNull())
        .addColumn('bot', text, (column) => column.notNull())
        .addColumn('name', text, (column) => column.notNull())
        .addColumn('hash', text, (column) => column.notNull())
        .addColumn('created', integer, (column) => column.notNull())
        .addColumn('last_used', integer)
        .addPrimaryKeyConstraint('bot_tokens_pk', ['id']),
    ),
    schema.createIndex('bot_tokens_hash').on('bot_tokens').column('hash').unique(),
    schema.createIndex('bot_tokens_bot').on('bot_tokens').column('bot'),
    strict(
      schema
        .createTable('bot_grants')
        .addColumn('space', text, (column) => column.notNull())
        .addColumn('bot', text, (column) => column.notNull())
        .addColumn('by', text, (column) => column.notNull())
        .addColumn('ts', integer, (column) => column.notNull())
        .addColumn('channels', text, (column) => column.notNull())
        .addColumn('events', text, (column) => column.notNull())
        .addColumn('content', integer, (column) => column.notNull())
        .addColumn('actions', text, (column) => column.notNull())
        .addColumn('expires', integer)
        .addPrimaryKeyConstraint('bot_grants_pk', ['space', 'bot']),
    ),
    schema.createIndex('bot_grants_bot').on('bot_grants').column('bot'),
  ];
}
