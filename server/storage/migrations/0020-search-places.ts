import { type SchemaModule, sql } from 'kysely';
import { columnTypes } from '../column-types.ts';
import type { Dialect } from '../database.ts';
import type { Statement } from '../query.ts';

const removeEntry =
  'DELETE FROM search_entries WHERE stream_no = old.stream_no AND epoch = old.epoch AND seq = old.seq;';

/**
 * The words of messages once more, with room for a million of each millisecond, as a clock that was set back makes them. Whatever
 * deletes or empties a message takes its entry along. Those that are there already are looked at in the background.
 */
export function searchPlaces(schema: SchemaModule, dialect: Dialect): Statement<unknown>[] {
  const { text, integer } = columnTypes(dialect);
  const entries = schema
    .createTable('search_entries')
    .addColumn('place', integer, (column) => column.primaryKey())
    .addColumn('stream_no', integer, (column) => column.notNull())
    .addColumn('epoch', integer, (column) => column.notNull())
    .addColumn('seq', integer, (column) => column.notNull())
    .addColumn('words', text, (column) => column.notNull())
    .addColumn('indexed', text)
    .addUniqueConstraint('search_entries_message', ['stream_no', 'epoch', 'seq']);
  return [
    ...(dialect === 'sqlite' ? inSqlite(entries, schema) : inPostgres(entries, schema)),
    sql`INSERT INTO meta (key, value) VALUES ('search backlog', '0 0 0') ON CONFLICT (key) DO UPDATE SET value = '0 0 0'`,
  ];
}

type Entries = ReturnType<SchemaModule['createTable']>;

/**
 * FTS5 writes what it holds with each savepoint and each deed of a trigger, so it is told once for each transaction: `search_pending`
 * has the entries whose words are not in the index from the `start`-th character on, and is empty between transactions.
 */
const inSqlite = (entries: Entries, schema: SchemaModule): Statement<unknown>[] => [
  sql`DROP TRIGGER message_removed`,
  sql`DROP TRIGGER message_erased`,
  sql`DROP TABLE search_index`,
  sql`DROP VIEW search_indexed`,
  sql`DROP TABLE search_entries`,
  entries.modifyEnd(sql`strict`),
  schema
    .createTable('search_pending')
    .addColumn('place', 'integer', (column) => column.primaryKey())
    .addColumn('start', 'integer', (column) => column.notNull())
    .modifyEnd(sql`strict`),
  sql`CREATE VIEW search_indexed AS SELECT place, coalesce(indexed, words) AS words FROM search_entries`,
  sql`CREATE VIRTUAL TABLE search_index USING fts5(words, content='search_indexed', content_rowid='place',
    tokenize="ascii tokenchars '_'", detail=none, columnsize=0)`,
  sql`INSERT INTO search_index (search_index, rank) VALUES ('secure-delete', 1)`,
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

/** Of an entry, as far as its words are in the index: it has to be told the very same ones. */
const takeOut = `
    INSERT INTO search_index (search_index, rowid, words)
    SELECT 'delete', old.place, coalesce(substr(coalesce(old.indexed, old.words), 1, p.start - 1), old.indexed, old.words)
    FROM (SELECT 1) LEFT JOIN search_pending AS p ON p.place = old.place WHERE p.start IS NULL OR p.start > 1;`;

const inPostgres = (entries: Entries, schema: SchemaModule): Statement<unknown>[] => [
  sql`DROP TRIGGER message_removed ON messages`,
  sql`DROP TRIGGER message_erased ON messages`,
  sql`DROP FUNCTION forget_search_entry()`,
  sql`DROP TABLE search_entries`,
  entries.addColumn('vector', sql`tsvector`, (column) =>
    column.generatedAlwaysAs(sql`array_to_tsvector(string_to_array(words, ' '))`).stored(),
  ),
  schema.createIndex('search_entries_vector').on('search_entries').using('gin').column('vector'),
  sql`CREATE FUNCTION forget_search_entry() RETURNS trigger LANGUAGE plpgsql AS ${sql.lit(
    `BEGIN ${removeEntry} RETURN NULL; END`,
  )}`,
  sql`CREATE TRIGGER message_removed AFTER DELETE ON messages FOR EACH ROW EXECUTE FUNCTION forget_search_entry()`,
  sql`CREATE TRIGGER message_erased AFTER UPDATE OF deleted ON messages FOR EACH ROW
    WHEN (new.deleted = 1) EXECUTE FUNCTION forget_search_entry()`,
];
