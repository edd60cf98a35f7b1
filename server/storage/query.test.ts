import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compile, query, sqlOver } from './query.ts';

interface Schema {
  people: { id: string; age: number; active: number; name: string | null };
}

const sql = sqlOver<Schema>();

test('a query is compiled for each engine, with its parameters in the order of their places', () => {
  const find = query<{ id: string; least: number }>()((p) =>
    sql.selectFrom('people').select('name').where('age', '>=', p.least).where('active', '=', 1).where('id', '=', p.id),
  );
  const conditions = ['"age" >=', '"active" =', '"id" ='].map((one) => `${one} coalesce(?, NULL)`).join(' and ');
  assert.equal(find.sqlite.text, `select "name" from "people" where ${conditions}`);
  assert.equal(find.postgres.text, 'select "name" from "people" where "age" >= $1 and "active" = $2 and "id" = $3');
  assert.deepEqual(find.sqlite.bind({ id: 'a', least: 18 }), [18, 1, 'a']);
  assert.deepEqual(find.postgres.bind({ least: 18, id: 'a' }), [18, 1, 'a']);
});

test('a parameter can be used twice, in expressions, fragments and limits', () => {
  const page = query<{ after: number; limit: number }>()((p) =>
    sql
      .selectFrom('people')
      .select(sql<number>`age - ${p.after}`.as('gap'))
      .where((eb) => eb('age', '>', eb.val(p.after)))
      .limit(p.limit),
  );
  assert.deepEqual(page.sqlite.bind({ after: 5, limit: 10 }), [5, 5, 10]);
});

test('values, insert or update, updates and fragments alone', () => {
  const put = query<{ id: string; age: number }>()((p) =>
    sql
      .insertInto('people')
      .values({ id: p.id, age: p.age, active: 1, name: null })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ age: p.age })),
  );
  assert.deepEqual(put.sqlite.bind({ id: 'a', age: 3 }), ['a', 3, 1, null, 3]);
  const birthday = query<{ id: string; by: number }>()((p) =>
    sql
      .updateTable('people')
      .set((eb) => ({ age: eb('age', '+', p.by) }))
      .where('id', '=', p.id),
  );
  assert.deepEqual(birthday.sqlite.bind({ id: 'a', by: 1 }), [1, 'a']);
  const raw = query<{ id: string }>()((p) => sql<{ n: number }>`SELECT count(*) AS n FROM people WHERE id = ${p.id}`);
  assert.equal(raw.postgres.text, 'SELECT count(*) AS n FROM people WHERE id = $1');
  assert.deepEqual(raw.postgres.bind({ id: 'a' }), ['a']);
});

test('true and false become 1 and 0, and undefined is a mistake', () => {
  const setActive = query<{ id: string; active: boolean }>()((p) =>
    sql
      .updateTable('people')
      .set({ active: sql`${p.active}` })
      .where('id', '=', p.id),
  );
  assert.deepEqual(setActive.sqlite.bind({ id: 'a', active: true }), [1, 'a']);
  assert.throws(() => setActive.sqlite.bind({ id: 'a' } as never), /undefined: active/);
});

test('a statement of run time carries its values', () => {
  const statement = sql.selectFrom('people').select('id').where('id', 'in', ['a', 'b']);
  assert.deepEqual(compile(statement, 'postgres'), {
    text: 'select "id" from "people" where "id" in ($1, $2)',
    values: ['a', 'b'],
  });
});

test('values never become part of the text', () => {
  const hostile = `'; DROP TABLE people; --`;
  const { text, values } = compile(sql`SELECT ${hostile}`, 'sqlite');
  assert.equal(text, 'SELECT coalesce(?, NULL)');
  assert.deepEqual(values, [hostile]);
});
