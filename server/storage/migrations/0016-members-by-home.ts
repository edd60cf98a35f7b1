import { type SchemaModule, sql } from 'kysely';
import { columnTypes } from '../column-types.ts';
import type { Dialect } from '../database.ts';
import type { Statement } from '../query.ts';

/** Of an index: its rows, those with the same first column, with the same first and second, and so on. */
const statistics = [
  ['members', '1000000 10000 1'],
  ['members_user', '1000000 10 1'],
  ['members_order', '1000000 10000 1000 10 1'],
  ['members_unlisted', '1000 10 1'],
  ['members_home', '1000000 10000 100 10 1'],
] as const;

/** Members know their home, so that those from one homeserver are found without a walk through all. */
export function membersByHome(schema: SchemaModule, dialect: Dialect): Statement<unknown>[] {
  const columns = [
    schema.alterTable('members').addColumn('home', columnTypes(dialect).text),
    sql`UPDATE members SET home = (SELECT home FROM users WHERE users.id = members."user")`,
    schema.createIndex('members_home').on('members').columns(['space', 'home', 'joined desc', 'user']),
  ];
  if (dialect === 'postgres') return columns;
  return [
    ...columns,
    sql`DELETE FROM sqlite_stat1 WHERE tbl = 'members'`,
    ...statistics.map(
      (row) =>
        sql`INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('members', ${sql.join(row.map((value) => sql.lit(value)))})`,
    ),
    sql`ANALYZE sqlite_schema`,
  ];
}
