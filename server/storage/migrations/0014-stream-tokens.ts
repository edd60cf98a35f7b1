import { type SchemaModule, sql } from 'kysely';
import { columnTypes } from '../column-types.ts';
import type { Dialect } from '../database.ts';
import type { Statement } from '../query.ts';

/** Tokens of programs that send into voice channels, or watch them. */
export function streamTokens(schema: SchemaModule, dialect: Dialect): Statement<unknown>[] {
  const { text, integer } = columnTypes(dialect);
  const rows = (builder: ReturnType<SchemaModule['createTable']>) =>
    dialect === 'sqlite' ? builder.modifyEnd(sql`strict, without rowid`) : builder;
  return [
    rows(
      schema
        .createTable('stream_tokens')
        .addColumn('id', text, (column) => column.notNull().primaryKey())
        .addColumn('hash', text, (column) => column.notNull())
        .addColumn('kind', text, (column) => column.notNull())
        .addColumn('user', text, (column) => column.notNull())
        .addColumn('login', text, (column) => column.notNull())
        .addColumn('space', text, (column) => column.notNull())
        .addColumn('channel', text, (column) => column.notNull())
        .addColumn('watches', text)
        .addColumn('created', integer, (column) => column.notNull())
        .addColumn('expires', integer, (column) => column.notNull()),
    ),
    schema.createIndex('stream_tokens_hash').on('stream_tokens').column('hash').unique(),
    schema.createIndex('stream_tokens_user').on('stream_tokens').column('user'),
    schema.createIndex('stream_tokens_channel').on('stream_tokens').columns(['space', 'channel', 'created']),
  ];
}
