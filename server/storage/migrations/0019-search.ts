import { type SchemaModule, sql } from 'kysely';
import { columnTypes } from '../column-types.ts';
import type { Dialect } from '../database.ts';
import type { Statement } from '../query.ts';

/** Where the entry of a message is, as `server/messages/search-entries.ts` says. */
const atMessage = (least: string, greatest: string) => `
  DELETE FROM search_entries
  WHERE place BETWEEN ${least}(${greatest}(old.ts, 0), 4000000000000) * 2048 AND ${least}(${greatest}(old.ts, 0), 4000000000000) * 2048 + 2048
    AND stream_no = old.stream_no AND epoch = old.epoch AND seq = old.seq;`;

/** The words of messages. Whatever deletes or empties a message takes its entry along. */
export function search(schema: SchemaModule, dialect: Dialect): Statement<unknown>[] {
  const { text, integer } = columnTypes(dialect);
  const entries = schema
    .createTable('search_entries')
    .addColumn('place', integer, (column) => column.primaryKey())
    .addColumn('stream_no', integer, (column) => column.notNull())
    .addColumn('epoch', integer, (column) => column.notNull())
    .addColumn('seq', integer, (column) => column.notNull())
    .addColumn('words', text, (column) => column.notNull())
    .addColumn('indexed', text);
  return [
    ...(dialect === 'sqlite' ? inSqlite(entries) : inPostgres(entries, schema)),
    // Those that are there already are looked at in the background.
    sql`INSERT INTO meta (key, value) VALUES ('search backlog', '0 0 0')`,
  ];
}

type Entries = ReturnType<SchemaModule['createTable']>;

/**
 * An index of its own beside the table; words leave it at once and not with some later merge (`secure-delete`). That is slow, so an edit
 * only adds words to it: `indexed` are all that are there, once they are more than what the message says now.
 */
const inSqlite = (entries: Entries): Statement<unknown>[] => [
  entries.modifyEnd(sql`strict`),
  sql`CREATE VIEW search_indexed AS SELECT place, coalesce(indexed, words) AS words FROM search_entries`,
  sql`CREATE VIRTUAL TABLE search_index USING fts5(words, content='search_indexed', content_rowid='place',
    tokenize="ascii tokenchars '_'", detail=none, columnsize=0)`,
  sql`INSERT INTO search_index (search_index, rank) VALUES ('secure-delete', 1)`,
  sql`CREATE TRIGGER search_entry_added AFTER INSERT ON search_entries BEGIN
    INSERT INTO search_index (rowid, words) VALUES (new.place, new.words); END`,
  sql`CREATE TRIGGER search_entry_removed AFTER DELETE ON search_entries BEGIN
    INSERT INTO search_index (search_index, rowid, words) VALUES ('delete', old.place, coalesce(old.indexed, old.words)); END`,
  sql`CREATE TRIGGER search_entry_extended AFTER UPDATE OF words ON search_entries WHEN new.indexed IS NOT NULL BEGIN
    INSERT INTO search_index (rowid, words)
    VALUES (new.place, substr(new.indexed, length(coalesce(old.indexed, old.words)) + 1)); END`,
  sql`CREATE TRIGGER search_entry_changed AFTER UPDATE OF words ON search_entries WHEN new.indexed IS NULL BEGIN
    INSERT INTO search_index (search_index, rowid, words) VALUES ('delete', old.place, coalesce(old.indexed, old.words));
    INSERT INTO search_index (rowid, words) VALUES (new.place, new.words); END`,
  sql`CREATE TRIGGER message_removed AFTER DELETE ON messages BEGIN ${sql.raw(atMessage('min', 'max'))} END`,
  sql`CREATE TRIGGER message_erased AFTER UPDATE OF deleted ON messages WHEN new.deleted = 1
    BEGIN ${sql.raw(atMessage('min', 'max'))} END`,
];

const inPostgres = (entries: Entries, schema: SchemaModule): Statement<unknown>[] => [
  entries.addColumn('vector', sql`tsvector`, (column) =>
    column.generatedAlwaysAs(sql`array_to_tsvector(string_to_array(words, ' '))`).stored(),
  ),
  schema.createIndex('search_entries_vector').on('search_entries').using('gin').column('vector'),
  sql`CREATE FUNCTION forget_search_entry() RETURNS trigger LANGUAGE plpgsql AS ${sql.lit(
    `BEGIN ${atMessage('least', 'greatest')} RETURN NULL; END`,
  )}`,
  sql`CREATE TRIGGER message_removed AFTER DELETE ON messages FOR EACH ROW EXECUTE FUNCTION forget_search_entry()`,
  sql`CREATE TRIGGER message_erased AFTER UPDATE OF deleted ON messages FOR EACH ROW
    WHEN (new.deleted = 1) EXECUTE FUNCTION forget_search_entry()`,
];
