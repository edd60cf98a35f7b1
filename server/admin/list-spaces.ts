import { Type } from 'typebox';
import { sql } from '../storage/query.ts';
import { reads } from './operation.ts';
import { After, Limit, strict } from './schemas.ts';

/** A page of communities that are not deleted, the oldest first. */
export const listSpaces = reads(
  Type.Object({ after: After, limit: Limit }, strict),
  async ({ database }, { after, limit }) => {
    let statement = sql
      .selectFrom('spaces')
      .leftJoin('users', 'users.id', 'spaces.owner')
      .select(['spaces.id', 'spaces.kind', 'spaces.name', 'spaces.owner', 'users.handle as owner_handle'])
      .select(['spaces.hub', 'spaces.member_count', 'spaces.created'])
      .where('deleted', '=', 0)
      .orderBy('spaces.created')
      .orderBy('spaces.id')
      .limit(limit + 1);
    if (after) {
      const { created, id } = after;
      statement = statement.where(({ eb, or, and }) =>
        or([eb('spaces.created', '>', created), and([eb('spaces.created', '=', created), eb('spaces.id', '>', id)])]),
      );
    }
    const rows = await database.read((reader) => reader.select(statement));
    return { spaces: rows.slice(0, limit), more: rows.length > limit };
  },
);
