import { type SchemaModule, sql } from 'kysely';
import type { Dialect } from '../database.ts';
import type { Statement } from '../query.ts';

/** Of an index: its rows, those with the same first column, with the same first and second, and so on. */
const statistics = [
  ['lines', 'lines_stream_no_epoch_seq', '1000000 10000 10000 1'],
  ['lines', 'lines_erasing', '10000 100 1'],
  ['messages', 'messages', '1000000 10000 10000 1'],
  ['messages', 'messages_stream_no_author_epoch_seq', '1000000 10000 100 100 1'],
  ['messages', 'messages_pinned', '1000 10 1'],
  ['messages', 'messages_orphaned', '1000 10 1'],
] as const;

/**
 * Erasures without a walk through all lines, and what SQLite has to know about messages: unless somebody says so it takes a channel for
 * ten of them, and goes through it to find those of one author. PostgreSQL counts for itself.
 */
export function plans(schema: SchemaModule, dialect: Dialect): Statement<unknown>[] {
  const erasing = schema
    .createIndex('lines_erasing')
    .on('lines')
    .columns(['stream_no', 'pos'])
    .where(sql<boolean>`type in ('message.delete', 'channel.delete', 'space.delete')`);
  if (dialect === 'postgres') return [erasing];
  return [
    erasing,
    // Makes the table of statistics where there is none.
    sql`ANALYZE migrations`,
    sql`DELETE FROM sqlite_stat1 WHERE tbl IN ('lines', 'messages')`,
    ...statistics.map(
      (row) => sql`INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (${sql.join(row.map((value) => sql.lit(value)))})`,
    ),
    sql`ANALYZE sqlite_schema`,
  ];
}
