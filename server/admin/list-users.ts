import { Type } from 'typebox';
import { sql } from '../storage/query.ts';
import { reads } from './operation.ts';
import { After, Limit, strict } from './schemas.ts';

const State = Type.Enum(['active', 'suspended', 'deleted']);

/** A page of accounts of people, the oldest first; without a state all that are not deleted. */
export const listUsers = reads(
  Type.Object({ state: Type.Optional(State), admins: Type.Boolean(), after: After, limit: Limit }, strict),
  async ({ database }, { state, admins, after, limit }) => {
    let statement = sql
      .selectFrom('users')
      .select(['id', 'handle', 'display_name', 'state', 'admin', 'created'])
      .select((users) =>
        users
          .selectFrom('sessions')
          .select(({ fn }) => fn.max('last_seen').as('newest'))
          .whereRef('sessions.user', '=', 'users.id')
          .as('last_seen'),
      )
      .where('home', 'is', null)
      .where('bot', 'is', null)
      .where('state', state === undefined ? '!=' : '=', state ?? 'deleted')
      .orderBy('created')
      .orderBy('id')
      .limit(limit + 1);
    if (admins) statement = statement.where('admin', '=', 1);
    if (after) {
      const { created, id } = after;
      statement = statement.where(({ eb, or, and }) =>
        or([eb('created', '>', created), and([eb('created', '=', created), eb('id', '>', id)])]),
      );
    }
    const rows = await database.read((reader) => reader.select(statement));
    const users = rows.slice(0, limit).map((row) => ({ ...row, admin: row.admin === 1 }));
    return { users, more: rows.length > limit };
  },
);
