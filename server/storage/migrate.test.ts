import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StartError } from '../base/errors.ts';
import { engines } from '../testing/engines.ts';
import { columnTypes } from './column-types.ts';
import type { Database } from './database.ts';
import { type Migration, migrate } from './migrate.ts';
import { migrations } from './migrations/list.ts';
import { openDatabase } from './open-database.ts';
import { sqlOver } from './query.ts';

const sql = sqlOver<Record<string, Record<string, string>>>();

const creating = (table: string): Migration => ({
  name: `create ${table}`,
  statements: (schema, dialect) => [schema.createTable(table).addColumn('id', columnTypes(dialect).text)],
});

const has = (database: Database, table: string) =>
  database
    .read((reader) => reader.select(sql.selectFrom(table).selectAll()))
    .then(
      () => true,
      () => false,
    );

for (const engine of engines) {
  test(`${engine.name}: migrations run once, in order, and the missing ones later`, async (t) => {
    const options = await engine.fresh(t);
    if (options === undefined) return;
    await using database = await openDatabase(options);
    assert.deepEqual(await migrate(database, [creating('a')], 1), ['create a']);
    assert.deepEqual(await migrate(database, [creating('a')], 2), []);
    assert.deepEqual(await migrate(database, [creating('a'), creating('b')], 3), ['create b']);
    assert.ok((await has(database, 'a')) && (await has(database, 'b')));
  });

  test(`${engine.name}: a migration that fails leaves nothing behind`, async (t) => {
    const options = await engine.fresh(t);
    if (options === undefined) return;
    await using database = await openDatabase(options);
    const broken: Migration = {
      name: 'broken',
      statements: (schema, dialect) => [...creating('b').statements(schema, dialect), sql`NOT SQL`],
    };
    await assert.rejects(migrate(database, [creating('a'), broken], 1));
    assert.equal(await has(database, 'a'), true);
    assert.equal(await has(database, 'b'), false);
    assert.deepEqual(await migrate(database, [creating('a'), creating('b')], 2), ['create b']);
  });

  test(`${engine.name}: a database of a newer version is refused and left alone`, async (t) => {
    const options = await engine.fresh(t);
    if (options === undefined) return;
    await using database = await openDatabase(options);
    await migrate(database, [creating('a'), creating('b')], 1);
    await assert.rejects(
      migrate(database, [creating('a')], 2),
      (error) => error instanceof StartError && error.code === 'database_too_new' && /version 2/.test(error.message),
    );
  });

  test(`${engine.name}: the tables of the homeserver can be made`, async (t) => {
    const options = await engine.fresh(t);
    if (options === undefined) return;
    await using database = await openDatabase(options);
    assert.equal((await migrate(database, migrations, 1)).length, migrations.length);
  });
}
