import type { SchemaModule } from 'kysely';
import { columnTypes } from '../column-types.ts';
import type { Dialect } from '../database.ts';
import type { Statement } from '../query.ts';

/** Why an admin blocked a homeserver. */
export function blockReasons(schema: SchemaModule, dialect: Dialect): Statement<unknown>[] {
  return [schema.alterTable('peers').addColumn('reason', columnTypes(dialect).text)];
}
