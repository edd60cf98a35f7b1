import { type SchemaModule, sql } from 'kysely';
import type { Dialect } from '../database.ts';
import type { Statement } from '../query.ts';

/** As in 0012: what SQLite has to know about the indexes. */
const statistics = [
  ['messages_at', '1000000 10000 10000 1'],
  ['messages_stream_no_author_epoch_seq', '1000000 10000 100 100 1'],
  ['messages_pinned', '1000 10 1'],
  ['messages_orphaned', '1000 10 1'],
] as const;

/**
 * Rows with texts of people are only ever appended, and found by indexes. Where SQLite makes room between others it moves them to
 * another page and leaves copies in the free space of the first one, which `secure_delete` does not reach: of a thousand erased
 * messages that were kept in the order of their channels two or three could be read in the file.
 */
export function appendedTexts(_: SchemaModule, dialect: Dialect): Statement<unknown>[] {
  return dialect === 'sqlite' ? [...messages, ...searchEntries] : [];
}

const messages: Statement<unknown>[] = [
  sql`CREATE TABLE appended (stream_no integer NOT NULL, epoch integer NOT NULL, seq integer NOT NULL, author text NOT NULL,
    ts integer NOT NULL, edited integer, reply_to text, content text NOT NULL, mentions text NOT NULL, intent text NOT NULL,
    edits text NOT NULL, pinned integer, deleted integer NOT NULL, orphaned integer DEFAULT 0 NOT NULL) STRICT`,
  sql`INSERT INTO appended SELECT stream_no, epoch, seq, author, ts, edited, reply_to, content, mentions, intent, edits, pinned,
    deleted, orphaned FROM messages ORDER BY stream_no, epoch, seq`,
  sql`DROP TABLE messages`,
  sql`ALTER TABLE appended RENAME TO messages`,
  sql`CREATE UNIQUE INDEX messages_at ON messages (stream_no, epoch, seq)`,
  sql`CREATE INDEX messages_stream_no_author_epoch_seq ON messages (stream_no, author, epoch, seq)`,
  sql`CREATE INDEX messages_pinned ON messages (stream_no, pinned) WHERE pinned IS NOT NULL`,
  sql`CREATE INDEX messages_orphaned ON messages (stream_no, intent) WHERE orphaned = 1`,
  sql`DELETE FROM sqlite_stat1 WHERE tbl = 'messages'`,
  ...statistics.map(
    ([index, stat]) =>
      sql`INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('messages', ${sql.lit(index)}, ${sql.lit(stat)})`,
  ),
  sql`ANALYZE sqlite_schema`,
];

const removeEntry =
  'DELETE FROM search_entries WHERE stream_no = old.stream_no AND epoch = old.epoch AND seq = old.seq;';

/** As in 0020, for the new tables. */
const takeOut = `
    INSERT INTO search_index (search_index, rowid, words)
    SELECT 'delete', old.place, coalesce(substr(coalesce(old.indexed, old.words), 1, p.start - 1), old.indexed, old.words)
    FROM (SELECT 1) LEFT JOIN search_pending AS p ON p.place = old.place WHERE p.start IS NULL OR p.start > 1;`;

const searchEntries: Statement<unknown>[] = [
  sql`DROP VIEW search_indexed`,
  sql`CREATE TABLE appended (place integer NOT NULL, stream_no integer NOT NULL, epoch integer NOT NULL, seq integer NOT NULL,
    words text NOT NULL, indexed text) STRICT`,
  sql`INSERT INTO appended SELECT place, stream_no, epoch, seq, words, indexed FROM search_entries ORDER BY place`,
  sql`DROP TABLE search_entries`,
  sql`ALTER TABLE appended RENAME TO search_entries`,
  sql`CREATE UNIQUE INDEX search_entries_place ON search_entries (place)`,
  sql`CREATE UNIQUE INDEX search_entries_message ON search_entries (stream_no, epoch, seq)`,
  sql`CREATE VIEW search_indexed AS SELECT place, coalesce(indexed, words) AS words FROM search_entries`,
  sql`CREATE TRIGGER search_entry_added AFTER INSERT ON search_entries BEGIN
    INSERT INTO search_pending (place, start) VALUES (new.place, 1); END`,
  sql`CREATE TRIGGER search_entry_extended AFTER UPDATE OF words ON search_entries WHEN new.indexed IS NOT NULL BEGIN
    INSERT INTO search_pending (place, start)
    VALUES (new.place, length(coalesce(old.indexed, old.words)) + 1) ON CONFLICT DO NOTHING; END`,
  sql`CREATE TRIGGER search_entry_changed AFTER UPDATE OF words ON search_entries WHEN new.indexed IS NULL BEGIN
    ${sql.raw(takeOut)}
    INSERT INTO search_pending (place, start) VALUES (new.place, 1) ON CONFLICT DO UPDATE SET start = 1; END`,
  sql`CREATE TRIGGER search_entry_removed AFTER DELETE ON search_entries BEGIN
    ${sql.raw(takeOut)}
    DELETE FROM search_pending WHERE place = old.place; END`,
  sql`CREATE TRIGGER message_removed AFTER DELETE ON messages BEGIN ${sql.raw(removeEntry)} END`,
  sql`CREATE TRIGGER message_erased AFTER UPDATE OF deleted ON messages WHEN new.deleted = 1
    BEGIN ${sql.raw(removeEntry)} END`,
];
