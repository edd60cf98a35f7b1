import type { SchemaModule } from 'kysely';
import { columnTypes } from '../column-types.ts';
import type { Dialect } from '../database.ts';
import type { Statement } from '../query.ts';

/** How good a voice channel sounds, and for how many it is. */
export function voiceChannels(schema: SchemaModule, dialect: Dialect): Statement<unknown>[] {
  const { integer } = columnTypes(dialect);
  return [
    schema.alterTable('channels').addColumn('bitrate', integer),
    schema.alterTable('channels').addColumn('user_limit', integer),
  ];
}
