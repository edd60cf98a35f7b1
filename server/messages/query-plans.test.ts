import assert from 'node:assert/strict';
import { test } from 'node:test';
import { migrate } from '../storage/migrate.ts';
import { migrations } from '../storage/migrations/list.ts';
import { openDatabase } from '../storage/open-database.ts';
import { sql } from '../storage/query.ts';
import { linesOfStream } from '../streams/lines-store.ts';
import { temporaryFolder } from '../testing/engines.ts';
import { dropOrphanCopy, messagesByBefore, newestBy } from './message-store.ts';

/** SQLite decides by what it is told about the tables, so the plan of an empty database is that of a large one. */
test('what is looked for in a channel is found without a walk through it', async (t) => {
  await using database = await openDatabase({ folder: await temporaryFolder(t) });
  await migrate(database, migrations, 1);
  const planOf = async ({ sqlite }: { sqlite: { text: string } }) => {
    const explained = sql<{ detail: string }>`${sql.raw(`EXPLAIN QUERY PLAN ${sqlite.text.replaceAll('?', '1')}`)}`;
    return (await database.read((reader) => reader.select(explained))).map(({ detail }) => detail).join('\n');
  };
  assert.match(await planOf(dropOrphanCopy), /messages_orphaned \(stream_no=\? AND intent=\?\)/);
  assert.match(await planOf(newestBy), /\(stream_no=\? AND author=\?\)/);
  assert.match(await planOf(messagesByBefore), /\(stream_no=\? AND author=\? AND/);
  assert.match(await planOf(linesOfStream), /\(stream_no=\? AND \(epoch,seq\)>/);
});
