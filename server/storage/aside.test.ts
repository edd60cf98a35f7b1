import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Refusal } from '../base/errors.ts';
import { engines, temporaryFolder } from '../testing/engines.ts';
import type { Database } from './database.ts';
import { openDatabase } from './open-database.ts';
import { sqlOver } from './query.ts';

const sql = sqlOver<{ notes: { text: string } }>();
const notes = sql.selectFrom('notes').select('text').orderBy('text');
const addNote = (text: string) => sql.insertInto('notes').values({ text });
/** Takes a second or two. */
const long = sql<{
  n: number;
}>`with recursive counted(n) as (select 1 union all select n + 1 from counted where n < 6000000)
  select max(n) as n from counted`;
const isBusy = (error: unknown) => error instanceof Refusal && error.code === 'busy';

for (const engine of engines) {
  const asideTest = (title: string, body: (database: Database) => Promise<void>) => {
    test(`${engine.name}: ${title}`, async (t: TestContext) => {
      const options = await engine.fresh(t);
      if (options === undefined) return;
      await using database = await openDatabase(options);
      await database.write((tx) => tx.execute(sql.schema.createTable('notes').addColumn('text', 'text')));
      await body(database);
    });
  };

  asideTest('a query aside sees what was committed, and nothing waits for it', async (database) => {
    await database.write((tx) => tx.execute(addNote('one')));
    assert.deepEqual(await database.readAside(notes, 30_000), [{ text: 'one' }]);
    let isDone = false;
    const slow = database.readAside(long, 30_000).finally(() => (isDone = true));
    await database.write((tx) => tx.execute(addNote('two')));
    assert.equal((await database.read((reader) => reader.select(notes))).length, 2);
    assert.equal(isDone, false);
    assert.deepEqual(await slow, [{ n: 6_000_000 }]);
    assert.equal((await database.readAside(notes, 30_000)).length, 2);
  });

  asideTest('one that takes too long is refused, and so is one for which too many wait', async (database) => {
    await assert.rejects(database.readAside(long, 20), isBusy);
    const outcomes = await Promise.allSettled(Array.from({ length: 30 }, () => database.readAside(long, 100)));
    assert.ok(outcomes.every((one) => one.status === 'fulfilled' || isBusy(one.reason)));
    assert.ok(outcomes.some((one) => one.status === 'rejected'));
    assert.deepEqual(await database.readAside(notes, 30_000), []);
  });

  asideTest('one that is wrong throws, and the next one is answered', async (database) => {
    await assert.rejects(database.readAside(sql`select * from nowhere`, 30_000), /nowhere/);
    assert.deepEqual(await database.readAside(notes, 30_000), []);
  });
}

test('SQLite: where the thread cannot start it is said, and it starts again with the next query', async (t) => {
  const folder = await temporaryFolder(t);
  await using database = await openDatabase({ folder });
  const [file, elsewhere] = [join(folder, 'folkmoot.db'), join(folder, 'elsewhere.db')];
  await database.write((tx) => tx.execute(sql.schema.createTable('notes').addColumn('text', 'text')));
  await rename(file, elsewhere);
  const refused = await Promise.allSettled(Array.from({ length: 3 }, () => database.readAside(notes, 30_000)));
  for (const one of refused)
    assert.ok(one.status === 'rejected' && one.reason instanceof Refusal && one.reason.code === 'unavailable');
  await rename(elsewhere, file);
  assert.deepEqual(await database.readAside(notes, 30_000), []);
});

test('SQLite: a query that would never end ends with its time, and holds up neither the next one nor a stop', async (t) => {
  const database = await openDatabase({ folder: await temporaryFolder(t) });
  const endless = sql`with recursive counted(n) as (select 1 union all select n + 1 from counted where in_time())
    select max(n) from counted`;
  await assert.rejects(database.readAside(endless, 50), isBusy);
  assert.deepEqual(await database.readAside(sql`select 1 as one`, 30_000), [{ one: 1 }]);
  const stopped = assert.rejects(database.readAside(endless, 200), isBusy);
  await database.close();
  await stopped;
});
