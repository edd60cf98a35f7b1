import type { SchemaModule } from 'kysely';
import { columnTypes } from '../column-types.ts';
import type { Dialect } from '../database.ts';
import type { Statement } from '../query.ts';

/** Under which key users of other homeservers prove that they know the code of an invite. */
export function inviteKeys(schema: SchemaModule, dialect: Dialect): Statement<unknown>[] {
  const { text } = columnTypes(dialect);
  return [schema.alterTable('invites').addColumn('key', text)];
}
