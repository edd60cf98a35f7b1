import assert from 'node:assert/strict';
import { nobody } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Mentions } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { entryOf } from '../messages/search-entries.ts';
import type { Database } from '../storage/database.ts';
import { sql } from '../storage/query.ts';
import type { Committer } from '../streams/committer.ts';

const places = ['stream_no', 'epoch', 'seq'] as const;
const messages = sql
  .selectFrom('messages')
  .select([...places, 'ts', 'author', 'content', 'mentions'])
  .where('deleted', '=', 0);
const entries = sql.selectFrom('search_entries').select([...places, 'words']);

/** Compares SQLite's index with the entries, and throws where they differ. */
const compareIndex = sql`INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)`;

export interface Searched {
  database: Pick<Database, 'read' | 'dialect'>;
  committer: Pick<Committer, 'commit'>;
}

/** Of every message that is not deleted there is one entry with the words of what it says now, and there are no others. [SRCH-5] */
export async function requireSearchEntriesHold({ database, committer }: Searched): Promise<void> {
  if (database.dialect === 'sqlite') await committer.commit((tx) => tx.execute(compareIndex));
  const [said, found] = await database.read(async (reader) => [
    await reader.select(messages),
    await reader.select(entries),
  ]);
  const expected = said.map((row) => {
    const { ms: _, ...entry } = entryOf({ ...row, mentions: JSON.parse(row.mentions) as Mentions });
    // It keeps the sign of whom it said to be of.
    return row.author === nobody ? { ...entry, words: withoutAuthor(entry.words) } : entry;
  });
  const disowned = new Set(said.filter(({ author }) => author === nobody).map(keyOf));
  const actual = found.map((entry) =>
    disowned.has(keyOf(entry)) ? { ...entry, words: withoutAuthor(entry.words) } : entry,
  );
  assert.deepEqual(byKey(actual), byKey(expected));
}

const keyOf = ({ stream_no, epoch, seq }: { stream_no: number; epoch: number; seq: number }) =>
  `${stream_no} ${epoch}.${seq}`;
const withoutAuthor = (words: string) => words.replace(/ _u_\S+/, '');
const byKey = <T extends { stream_no: number; epoch: number; seq: number }>(rows: readonly T[]) =>
  rows.map((row) => ({ key: keyOf(row), ...row })).sort((one, other) => (one.key < other.key ? -1 : 1));
