import { type SchemaModule, sql } from 'kysely';
import { columnTypes } from '../column-types.ts';
import type { Dialect } from '../database.ts';
import type { Statement } from '../query.ts';

/** What other homeservers may see of the spaces of this one. */
export function visibility(schema: SchemaModule, dialect: Dialect): Statement<unknown>[] {
  const { text, integer } = columnTypes(dialect);
  const rows = (builder: ReturnType<SchemaModule['createTable']>) =>
    dialect === 'sqlite' ? builder.modifyEnd(sql`strict, without rowid`) : builder;
  return [
    rows(
      schema
        .createTable('space_servers')
        .addColumn('space', text, (column) => column.notNull())
        .addColumn('server', text, (column) => column.notNull())
        .addColumn('members', integer, (column) => column.notNull())
        .addColumn('until_epoch', integer)
        .addColumn('until_seq', integer)
        .addPrimaryKeyConstraint('space_servers_pk', ['space', 'server']),
    ),
    schema.createIndex('space_servers_server').on('space_servers').columns(['server']),
    rows(
      schema
        .createTable('server_streams')
        .addColumn('server', text, (column) => column.notNull())
        .addColumn('stream_no', integer, (column) => column.notNull())
        .addColumn('space', text, (column) => column.notNull())
        .addColumn('stream', text, (column) => column.notNull())
        .addColumn('visible', integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('server_streams_pk', ['server', 'stream_no']),
    ),
    schema.createIndex('server_streams_space').on('server_streams').columns(['space', 'server']),
    rows(
      schema
        .createTable('hidden_intervals')
        .addColumn('server', text, (column) => column.notNull())
        .addColumn('stream_no', integer, (column) => column.notNull())
        .addColumn('from_epoch', integer, (column) => column.notNull())
        .addColumn('from_seq', integer, (column) => column.notNull())
        .addColumn('until_epoch', integer)
        .addColumn('until_seq', integer)
        .addPrimaryKeyConstraint('hidden_intervals_pk', ['server', 'stream_no', 'from_epoch', 'from_seq']),
    ),
    rows(
      schema
        .createTable('blocked_servers')
        .addColumn('space', text, (column) => column.notNull())
        .addColumn('server', text, (column) => column.notNull())
        .addColumn('by', text, (column) => column.notNull())
        .addColumn('reason', text, (column) => column.notNull())
        .addColumn('ts', integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('blocked_servers_pk', ['space', 'server']),
    ),
  ];
}
