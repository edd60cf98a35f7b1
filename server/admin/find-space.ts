import type { Reader } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { Tables } from '../storage/tables.ts';
import { OperationError } from './operation.ts';

export type SpaceRow = Tables['spaces'];

/** Deleted ones too: their streams are still there to be verified. */
const findById = query<{ id: string }>()((p) => sql.selectFrom('spaces').selectAll().where('id', '=', p.id));
const findByName = query<{ name: string }>()((p) =>
  sql.selectFrom('spaces').selectAll().where('name', '=', p.name).where('deleted', '=', 0).orderBy('id').limit(10),
);
const findChannels = query<{ space: string }>()((p) =>
  sql.selectFrom('channels').selectAll().where('space', '=', p.space),
);

/** A community by id or, where only one has it, by name. Throws OperationError `not_found` or `ambiguous`. */
export async function requireSpace(reader: Reader, named: string): Promise<SpaceRow> {
  const byId = await reader.get(findById, { id: named });
  if (byId) return byId;
  const byName = await reader.all(findByName, { name: named });
  return requireOne(byName, `community ${named}`);
}

/** A channel by id or, with or without `#`, by name. Throws OperationError `not_found` or `ambiguous`. */
export async function requireChannel(reader: Reader, space: string, named: string): Promise<Tables['channels']> {
  const channels = await reader.all(findChannels, { space });
  const byId = channels.find((channel) => channel.id === named);
  if (byId) return byId;
  const name = named.replace(/^#/, '');
  return requireOne(
    channels.filter((channel) => channel.name === name),
    `channel ${named}`,
  );
}

function requireOne<Row extends { id: string }>(found: readonly Row[], what: string): Row {
  const [row, another] = found;
  if (row === undefined) throw new OperationError('not_found', `There is no ${what} on this homeserver.`);
  if (another !== undefined) {
    const ids = found.map(({ id }) => id).join(', ');
    throw new OperationError('ambiguous', `More than one is called that; name one of them by its id: ${ids}`);
  }
  return row;
}
