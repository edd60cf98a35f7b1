import { type SchemaModule, sql } from 'kysely';
import { columnTypes } from '../column-types.ts';
import type { Dialect } from '../database.ts';
import type { Statement } from '../query.ts';

/** Users of other homeservers, and streams that are followed: who answers for a line, how far back it goes, its state. */
export function followers(schema: SchemaModule, dialect: Dialect): Statement<unknown>[] {
  const { text, integer } = columnTypes(dialect);
  const rows = (builder: ReturnType<SchemaModule['createTable']>) =>
    dialect === 'sqlite' ? builder.modifyEnd(sql`strict, without rowid`) : builder;
  return [
    schema.alterTable('users').addColumn('home', text),
    schema.dropIndex('users_handle'),
    schema.createIndex('users_handle').on('users').columns(['handle']),
    schema
      .createIndex('users_local_handle')
      .unique()
      .on('users')
      .columns(['handle'])
      .where(sql.ref('home'), 'is', null),
    schema.alterTable('lines').addColumn('author', text, (column) => column.defaultTo('hub')),
    schema.alterTable('lines').addColumn('opaque', integer, (column) => column.notNull().defaultTo(0)),
    schema.alterTable('streams').addColumn('back_epoch', integer),
    schema.alterTable('streams').addColumn('back_seq', integer),
    schema.alterTable('streams').addColumn('back_hash', text),
    rows(
      schema
        .createTable('state_lines')
        .addColumn('stream_no', integer, (column) => column.notNull())
        .addColumn('key', text, (column) => column.notNull())
        .addColumn('epoch', integer, (column) => column.notNull())
        .addColumn('seq', integer, (column) => column.notNull())
        .addColumn('kind', text, (column) => column.notNull())
        .addPrimaryKeyConstraint('state_lines_pk', ['stream_no', 'key', 'epoch', 'seq']),
    ),
    schema.createIndex('state_lines_place').on('state_lines').columns(['stream_no', 'epoch', 'seq']),
    schema.createIndex('state_lines_key').on('state_lines').columns(['key']),
    rows(
      schema
        .createTable('waiting_refs')
        .addColumn('stream_no', integer, (column) => column.notNull())
        .addColumn('ref_epoch', integer, (column) => column.notNull())
        .addColumn('ref_seq', integer, (column) => column.notNull())
        .addColumn('epoch', integer, (column) => column.notNull())
        .addColumn('seq', integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('waiting_refs_pk', ['stream_no', 'ref_epoch', 'ref_seq', 'epoch', 'seq']),
    ),
  ];
}
