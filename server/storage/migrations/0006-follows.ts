import { type SchemaModule, sql } from 'kysely';
import { columnTypes } from '../column-types.ts';
import type { Dialect } from '../database.ts';
import type { Statement } from '../query.ts';

/** Spaces of other hubs that are followed here, streams of them that were stopped, and what proves a hub wrong. */
export function follows(schema: SchemaModule, dialect: Dialect): Statement<unknown>[] {
  const { text, integer } = columnTypes(dialect);
  const tables = [
    schema
      .createTable('follows')
      .addColumn('space', text, (column) => column.notNull())
      .addColumn('hub', text, (column) => column.notNull())
      .addColumn('since', integer, (column) => column.notNull())
      .addColumn('stage', text, (column) => column.notNull())
      .addColumn('members_after', text)
      .addPrimaryKeyConstraint('follows_pk', ['space']),
    schema
      .createTable('stopped_streams')
      .addColumn('space', text, (column) => column.notNull())
      .addColumn('stream', text, (column) => column.notNull())
      .addColumn('reason', text, (column) => column.notNull())
      .addColumn('code', text, (column) => column.notNull())
      .addColumn('line', text)
      .addColumn('since', integer, (column) => column.notNull())
      .addColumn('next_try', integer, (column) => column.notNull())
      .addColumn('tries', integer, (column) => column.notNull())
      .addPrimaryKeyConstraint('stopped_streams_pk', ['space', 'stream']),
    schema
      .createTable('evidence')
      .addColumn('space', text, (column) => column.notNull())
      .addColumn('stream', text, (column) => column.notNull())
      .addColumn('epoch', integer, (column) => column.notNull())
      .addColumn('seq', integer, (column) => column.notNull())
      .addColumn('hash', text, (column) => column.notNull())
      .addColumn('ours', text, (column) => column.notNull())
      .addColumn('theirs', text, (column) => column.notNull())
      .addColumn('ts', integer, (column) => column.notNull())
      .addPrimaryKeyConstraint('evidence_pk', ['space', 'stream', 'epoch', 'seq', 'hash']),
  ];
  const orphans = schema
    .createTable('orphans')
    .addColumn('stream_no', integer, (column) => column.notNull())
    .addColumn('epoch', integer, (column) => column.notNull())
    .addColumn('seq', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('orphans_pk', ['stream_no', 'epoch', 'seq']);
  return [...tables, orphans].map((table) => (dialect === 'sqlite' ? table.modifyEnd(sql`strict`) : table));
}
