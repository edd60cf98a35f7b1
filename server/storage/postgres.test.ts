import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import pg from 'pg';
import { Refusal, StartError } from '../base/errors.ts';
import { engines } from '../testing/engines.ts';
import type { Database } from './database.ts';
import { openPostgres } from './postgres.ts';
import { postgresRefusal } from './postgres-connection.ts';
import { query, sqlOver } from './query.ts';

const sql = sqlOver<Record<never, never>>();
const addNote = query<{ id: string }>()((p) => sql`INSERT INTO notes (id) VALUES (${p.id})`);
const countNotes = query<Record<never, never>>()(() => sql<{ n: number }>`SELECT count(*) AS n FROM notes`);

const isRefusal = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;

function postgresTest(title: string, body: (database: Database, url: string) => Promise<void>): void {
  test(title, async (t: TestContext) => {
    const url = (await engines.find((engine) => engine.name === 'PostgreSQL')?.fresh(t))?.url;
    if (url === undefined) return;
    await using database = await openPostgres(url);
    await database.write((tx) => tx.execute(sql`CREATE TABLE notes (id text PRIMARY KEY)`));
    await body(database, url);
  });
}

/** Cuts every connection but its own, as a restart of the server does. */
async function cutConnections(url: string): Promise<void> {
  await using admin = Object.assign(new pg.Client(url), { [Symbol.asyncDispose]: () => admin.end() });
  await admin.connect();
  await admin.query(
    'SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );
}

const count = async (database: Database) => (await database.read((reader) => reader.get(countNotes, {})))?.n;

postgresTest('a connection lost during a write fails that write, and the next one works', async (database, url) => {
  await assert.rejects(
    database.write(async (tx) => {
      await tx.run(addNote, { id: 'lost' });
      await cutConnections(url);
      await tx.run(addNote, { id: 'lost too' });
    }),
    isRefusal('unavailable'),
  );
  await database.write((tx) => tx.run(addNote, { id: 'kept' }));
  assert.equal(await count(database), 1);
});

postgresTest('a connection lost between writes is replaced', async (database, url) => {
  await cutConnections(url);
  await database
    .write((tx) => tx.run(addNote, { id: 'a' }))
    .catch((error) => assert.ok(isRefusal('unavailable')(error)));
  await database.write((tx) => tx.run(addNote, { id: 'b' }));
  assert.equal(await count(database), await count(database));
});

postgresTest('a connection lost during a read fails that read, and the next one works', async (database, url) => {
  await assert.rejects(
    database.read(async (reader) => {
      await reader.get(countNotes, {});
      await cutConnections(url);
      return reader.get(countNotes, {});
    }),
    isRefusal('unavailable'),
  );
  assert.equal(await count(database), 0);
});

postgresTest('whoever lost its connection may not write beside a successor', async (database, url) => {
  await cutConnections(url);
  await using successor = await openPostgres(url);
  await assert.rejects(
    database.write((tx) => tx.run(addNote, { id: 'late' })),
    isRefusal('unavailable'),
  );
  await assert.rejects(
    database.write((tx) => tx.run(addNote, { id: 'late' })),
    isRefusal('unavailable'),
  );
  assert.equal(await successor.write((tx) => tx.run(addNote, { id: 'a' })), 1);
  assert.equal(await count(successor), 1);
});

postgresTest('a read cannot write', async (database) => {
  await assert.rejects(database.read((reader) => reader.all(addNote, { id: 'a' })));
  assert.equal(await count(database), 0);
});

test('a server that does not answer is told plainly', async () => {
  await assert.rejects(
    openPostgres('postgres://nobody@127.0.0.1:1/nothing'),
    (error) =>
      error instanceof StartError && error.code === 'database_unreachable' && /ECONNREFUSED/.test(error.message),
  );
});

test('what the errors of PostgreSQL mean', () => {
  const refusal = (code: string) => postgresRefusal(Object.assign(new pg.DatabaseError('text', 4, 'error'), { code }));
  for (const code of ['53100', '58030']) assert.ok(isRefusal('storage_full')(refusal(code)), code);
  for (const code of ['53300', '57P01', '08006', '25006']) assert.ok(isRefusal('unavailable')(refusal(code)), code);
  assert.ok(isRefusal('unavailable')(postgresRefusal(new Error('Connection terminated unexpectedly'))));
  const duplicate = Object.assign(new pg.DatabaseError('text', 4, 'error'), { code: '23505' });
  assert.equal(postgresRefusal(duplicate), duplicate);
});
