import { type CreateTableBuilder, type SchemaModule, sql } from 'kysely';
import { columnTypes } from '../column-types.ts';
import type { Dialect } from '../database.ts';
import type { Statement } from '../query.ts';

/** Members who are on no list, and the lines about them that other homeservers do not get. */
export function unlistedMembers(schema: SchemaModule, dialect: Dialect): Statement<unknown>[] {
  const { text, integer } = columnTypes(dialect);
  const rows = (table: CreateTableBuilder<string, string>) =>
    dialect === 'sqlite' ? table.modifyEnd(sql`strict, without rowid`) : table;
  return [
    schema.alterTable('members').addColumn('unlisted', integer, (column) => column.notNull().defaultTo(0)),
    schema.createIndex('members_unlisted').on('members').columns(['space', 'user']).where(sql<boolean>`unlisted > 0`),
    schema.alterTable('space_servers').addColumn('moderates', integer, (column) => column.notNull().defaultTo(0)),
    schema.alterTable('follows').addColumn('moderates', integer, (column) => column.notNull().defaultTo(0)),
    rows(
      schema
        .createTable('unlisted_gone')
        .addColumn('space', text, (column) => column.notNull())
        .addColumn('user', text, (column) => column.notNull())
        .addColumn('unlisted', integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('unlisted_gone_pk', ['space', 'user']),
    ),
    rows(
      schema
        .createTable('hidden_lines')
        .addColumn('stream_no', integer, (column) => column.notNull())
        .addColumn('epoch', integer, (column) => column.notNull())
        .addColumn('seq', integer, (column) => column.notNull())
        .addColumn('user', text, (column) => column.notNull())
        .addPrimaryKeyConstraint('hidden_lines_pk', ['stream_no', 'epoch', 'seq']),
    ),
    schema.createIndex('hidden_lines_user').on('hidden_lines').columns(['stream_no', 'user']),
    rows(
      schema
        .createTable('member_knowers')
        .addColumn('space', text, (column) => column.notNull())
        .addColumn('user', text, (column) => column.notNull())
        .addColumn('server', text, (column) => column.notNull())
        .addPrimaryKeyConstraint('member_knowers_pk', ['space', 'user', 'server']),
    ),
    rows(
      schema
        .createTable('unlisted_acts')
        .addColumn('stream_no', integer, (column) => column.notNull())
        .addColumn('user', text, (column) => column.notNull())
        .addPrimaryKeyConstraint('unlisted_acts_pk', ['stream_no', 'user']),
    ),
  ];
}
