import type { PublicJwk } from '@folkmoot/federation/keys.ts';
import type { Database } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { Committer } from './committer.ts';
import type { SpaceLog } from './space-log.ts';

const spacesOfHub = query<{ hub: string }>()((p) =>
  sql.selectFrom('spaces').select('id').where('hub', '=', p.hub).where('deleted', '=', 0),
);
const SPACES_AT_ONCE = 200;

export interface NoteHubKeyParts {
  database: Pick<Database, 'read'>;
  committer: Pick<Committer, 'commit'>;
  spaceLog: Pick<SpaceLog, 'noteKey'>;
  serverName: string;
}

/** Writes into every own space which key signs from now on, still signed with the one before. [KEY-9] */
export async function noteHubKey(parts: NoteHubKeyParts, key: PublicJwk): Promise<void> {
  const { database, committer, spaceLog, serverName } = parts;
  const spaces = await database.read((reader) => reader.all(spacesOfHub, { hub: serverName }));
  for (let from = 0; from < spaces.length; from += SPACES_AT_ONCE)
    await committer.commit(async (tx) => {
      for (const { id } of spaces.slice(from, from + SPACES_AT_ONCE)) await spaceLog.noteKey(tx, id, key);
    });
}
