import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { StartError } from '../base/errors.ts';
import { columnTypes } from './column-types.ts';
import type { Database, Writer } from './database.ts';
import { type DatabaseOptions, openDatabase } from './open-database.ts';
import { query, sqlOver } from './query.ts';

export interface Engine {
  name: 'SQLite' | 'PostgreSQL';
  /**
   * Options for `openDatabase` over an empty database that goes when the test ends. Undefined, and the test skipped,
   * when there is no server of this kind.
   */
  fresh(t: TestContext): Promise<DatabaseOptions | undefined>;
}

interface Contract {
  notes: { id: string; rank: number; text: string | null; bytes: Uint8Array | null };
}

const sql = sqlOver<Contract>();

const addNote = query<{ id: string; rank: number; text: string | null }>()((p) =>
  sql.insertInto('notes').values({ id: p.id, rank: p.rank, text: p.text, bytes: null }),
);
const putNote = query<{ id: string; rank: number; text: string | null }>()((p) =>
  sql
    .insertInto('notes')
    .values({ id: p.id, rank: p.rank, text: p.text, bytes: null })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ rank: p.rank, text: p.text }))
    .returning(['id', 'rank']),
);
const raiseRank = query<{ id: string; by: number }>()((p) =>
  sql
    .updateTable('notes')
    .set((eb) => ({ rank: eb('rank', '+', p.by) }))
    .where('id', '=', p.id),
);
const removeNote = query<{ id: string }>()((p) => sql.deleteFrom('notes').where('id', '=', p.id));
const findNote = query<{ id: string }>()((p) => sql.selectFrom('notes').selectAll().where('id', '=', p.id));
const pageOfNotes = query<{ after: string; limit: number }>()((p) =>
  sql.selectFrom('notes').select(['id', 'rank']).where('id', '>', p.after).orderBy('id').limit(p.limit),
);
const countNotes = query<Record<never, never>>()(() =>
  sql.selectFrom('notes').select((eb) => eb.fn.countAll<number>().as('n')),
);

/** What every engine has to do. */
export function storageContract(engine: Engine): void {
  const contract = (title: string, body: (database: Database, t: TestContext) => Promise<void>) => {
    test(`${engine.name}: ${title}`, async (t) => {
      const options = await engine.fresh(t);
      if (options === undefined) return;
      await using database = await openDatabase(options);
      await database.write((tx) => createNotes(tx, database));
      await body(database, t);
    });
  };

  const count = async (database: Database) => (await database.read((reader) => reader.get(countNotes, {})))?.n;

  contract('a commit is seen by later reads', async (database) => {
    const changed = await database.write((tx) => tx.run(addNote, { id: 'a', rank: 1, text: 'one' }));
    assert.equal(changed, 1);
    const note = await database.read((reader) => reader.get(findNote, { id: 'a' }));
    assert.deepEqual({ ...note }, { id: 'a', rank: 1, text: 'one', bytes: null });
  });

  contract('a write sees its own changes, readers see them after the commit', async (database) => {
    await database.write(async (tx) => {
      await tx.run(addNote, { id: 'a', rank: 1, text: null });
      assert.equal((await tx.get(countNotes, {}))?.n, 1);
      assert.equal(await count(database), 0);
    });
    assert.equal(await count(database), 1);
  });

  contract('a write that throws leaves nothing, and the next one works', async (database) => {
    const failure = new Error('no');
    await assert.rejects(
      database.write(async (tx) => {
        await tx.run(addNote, { id: 'a', rank: 1, text: null });
        throw failure;
      }),
      failure,
    );
    assert.equal(await count(database), 0);
    await database.write((tx) => tx.run(addNote, { id: 'b', rank: 1, text: null }));
    assert.equal(await count(database), 1);
  });

  contract('a savepoint undoes its own part only, also when nested', async (database) => {
    await database.write(async (tx) => {
      await tx.run(addNote, { id: 'a', rank: 1, text: null });
      await tx.savepoint(async () => {
        await tx.run(addNote, { id: 'b', rank: 1, text: null });
        await assert.rejects(
          tx.savepoint(async () => {
            await tx.run(addNote, { id: 'c', rank: 1, text: null });
            throw new Error('inner');
          }),
          /inner/,
        );
      });
      await assert.rejects(
        tx.savepoint(async () => {
          await tx.run(addNote, { id: 'd', rank: 1, text: null });
          throw new Error('outer');
        }),
        /outer/,
      );
    });
    const rows = await database.read((reader) => reader.all(pageOfNotes, { after: '', limit: 10 }));
    assert.deepEqual(
      rows.map((row) => row.id),
      ['a', 'b'],
    );
  });

  contract(
    'after a failed statement a savepoint makes the transaction usable again, nothing else does',
    async (database) => {
      const twice = async (tx: Writer) => {
        await tx.run(addNote, { id: 'a', rank: 1, text: null });
        await tx.run(addNote, { id: 'a', rank: 2, text: null });
      };
      await database.write(async (tx) => {
        await assert.rejects(tx.savepoint(() => twice(tx)));
        await tx.run(addNote, { id: 'b', rank: 1, text: null });
      });
      assert.equal(await count(database), 1);
      let later: PromiseSettledResult<unknown> | undefined;
      const caught = database.write(async (tx) => {
        await tx.run(addNote, { id: 'c', rank: 1, text: null });
        await twice(tx).catch(() => undefined);
        [later] = await Promise.allSettled([tx.get(countNotes, {})]);
      });
      await assert.rejects(caught);
      assert.equal(later?.status, 'rejected');
      assert.equal(await count(database), 1);
    },
  );

  contract('a read is one snapshot', async (database) => {
    await database.read(async (reader) => {
      assert.equal((await reader.get(countNotes, {}))?.n, 0);
      await database.write((tx) => tx.run(addNote, { id: 'a', rank: 1, text: null }));
      assert.equal((await reader.get(countNotes, {}))?.n, 0);
      assert.equal(await count(database), 1);
    });
  });

  contract('many reads at once get their turn', async (database) => {
    await database.write((tx) => tx.run(addNote, { id: 'a', rank: 1, text: null }));
    const read = () =>
      database.read(async (reader) => {
        await new Promise(setImmediate);
        return (await reader.get(countNotes, {}))?.n;
      });
    assert.deepEqual(new Set(await Promise.all(Array.from({ length: 50 }, read))), new Set([1]));
  });

  contract('a second write meanwhile is refused and does no harm', async (database) => {
    await database.write(async (tx) => {
      await tx.run(addNote, { id: 'a', rank: 1, text: null });
      await assert.rejects(
        database.write((other) => other.run(addNote, { id: 'b', rank: 1, text: null })),
        /one at a time/,
      );
    });
    assert.equal(await count(database), 1);
  });

  contract('a transaction cannot be used after its end', async (database) => {
    const kept = await database.write(async (tx) => tx);
    await assert.rejects(kept.run(removeNote, { id: 'a' }), /has ended/);
    const reader = await database.read(async (open) => open);
    await assert.rejects(reader.get(countNotes, {}), /has ended/);
  });

  contract('insert or update, update, delete and returning', async (database) => {
    await database.write(async (tx) => {
      assert.deepEqual({ ...(await tx.get(putNote, { id: 'a', rank: 1, text: 'x' })) }, { id: 'a', rank: 1 });
      assert.deepEqual({ ...(await tx.get(putNote, { id: 'a', rank: 5, text: 'y' })) }, { id: 'a', rank: 5 });
      assert.equal(await tx.run(raiseRank, { id: 'a', by: 2 }), 1);
      assert.equal(await tx.run(raiseRank, { id: 'nobody', by: 2 }), 0);
      assert.equal((await tx.get(findNote, { id: 'a' }))?.rank, 7);
      assert.equal(await tx.run(removeNote, { id: 'a' }), 1);
      assert.equal(await tx.get(findNote, { id: 'a' }), undefined);
    });
  });

  contract('statements that are started together run in order', async (database) => {
    await database.write(async (tx) => {
      await Promise.all([
        tx.run(addNote, { id: 'a', rank: 1, text: null }),
        tx.run(raiseRank, { id: 'a', by: 1 }),
        tx.run(raiseRank, { id: 'a', by: 1 }),
      ]);
      assert.equal((await tx.get(findNote, { id: 'a' }))?.rank, 3);
    });
  });

  contract('queries put together at run time', async (database) => {
    await database.write(async (tx) => {
      const rows = ['a', 'b', 'c'].map((id, rank) => ({ id, rank, text: null, bytes: null }));
      assert.equal(await tx.execute(sql.insertInto('notes').values(rows)), 3);
      assert.equal(await tx.execute(sql`UPDATE notes SET rank = rank + ${10} WHERE id <> ${'a'}`), 2);
    });
    const chosen = await database.read((reader) =>
      reader.select(sql.selectFrom('notes').select('rank').where('id', 'in', ['a', 'c']).orderBy('id')),
    );
    assert.deepEqual(
      chosen.map((row) => row.rank),
      [0, 12],
    );
  });

  contract('numbers up to 2^53-1, true and false, bytes', async (database) => {
    const most = Number.MAX_SAFE_INTEGER;
    await database.write(async (tx) => {
      await tx.run(addNote, { id: 'most', rank: most, text: null });
      await tx.run(addNote, { id: 'least', rank: -most, text: null });
      await tx.execute(
        sql.insertInto('notes').values({ id: 'bytes', rank: 2 ** 31, text: null, bytes: Buffer.of(0, 255) }),
      );
    });
    await database.read(async (reader) => {
      assert.equal((await reader.get(findNote, { id: 'most' }))?.rank, most);
      assert.equal((await reader.get(findNote, { id: 'least' }))?.rank, -most);
      assert.deepEqual((await reader.get(findNote, { id: 'bytes' }))?.bytes, Buffer.of(0, 255));
      const [sums] = await reader.select(
        sql<{
          sum: number;
          yes: number;
        }>`SELECT sum(rank) AS sum, 1 IN (SELECT 1) AS yes FROM notes WHERE rank < ${2 ** 31}`,
      );
      assert.deepEqual({ ...sums }, { sum: -most, yes: 1 });
    });
  });

  contract('text comes back as it was and sorts by code point', async (database) => {
    const texts = [
      '',
      'é',
      'e\u0301',
      '𝒳 👩‍👩‍👧‍👦',
      'line\nfeed\r\n\t',
      "quote ' and \\ and ?",
      '\u200f\ufeff',
      'ß'.repeat(70_000),
    ];
    await database.write(async (tx) => {
      for (const [rank, text] of texts.entries()) await tx.run(addNote, { id: `t${rank}`, rank, text });
      for (const id of ['Z', 'a', 'B', 'é', '_']) await tx.run(addNote, { id, rank: 0, text: null });
    });
    await database.read(async (reader) => {
      for (const [rank, text] of texts.entries())
        assert.equal((await reader.get(findNote, { id: `t${rank}` }))?.text, text);
      const ids = (await reader.all(pageOfNotes, { after: '', limit: 5 })).map((row) => row.id);
      assert.deepEqual(ids, ['B', 'Z', '_', 'a', 't0']);
    });
  });

  contract('a parameter that is undefined is a mistake', async (database) => {
    await assert.rejects(
      database.write((tx) => tx.run(addNote, { id: 'a', rank: undefined as unknown as number, text: null })),
      /undefined: rank/,
    );
  });

  test(`${engine.name}: one process at a time`, async (t) => {
    const options = await engine.fresh(t);
    if (options === undefined) return;
    const first = await openDatabase(options);
    await assert.rejects(openDatabase(options), (error) => error instanceof StartError && error.code === 'data_in_use');
    await first.close();
    await (await openDatabase(options)).close();
  });

  contract('close waits for what is running', async (database) => {
    const [begun, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const reading = database.read(async (reader) => {
      begun.resolve();
      await gate.promise;
      return (await reader.get(countNotes, {}))?.n;
    });
    const writing = database.write(async (tx) => {
      await gate.promise;
      return tx.run(addNote, { id: 'a', rank: 1, text: null });
    });
    await begun.promise;
    const closing = database.close();
    gate.resolve();
    await closing;
    assert.equal(typeof (await reading), 'number');
    assert.equal(await writing, 1);
    await assert.rejects(
      database.write(async () => undefined),
      /closed/,
    );
    await assert.rejects(
      database.read(async () => undefined),
      /closed/,
    );
  });
}

async function createNotes(tx: Writer, database: Database): Promise<void> {
  const { text, integer, bytes } = columnTypes(database.dialect);
  await tx.execute(
    sql.schema
      .createTable('notes')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('rank', integer, (column) => column.notNull())
      .addColumn('text', text)
      .addColumn('bytes', bytes),
  );
}
