import { Type } from 'typebox';
import type { Database, Reader } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import { lastPosition } from '../streams/lines-store.ts';
import { reads } from './operation.ts';
import { strict } from './schemas.ts';

const countUsers = query<{ admin: number }>()((p) =>
  sql
    .selectFrom('users')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('home', 'is', null)
    .where('state', '!=', 'deleted')
    .where('admin', '>=', p.admin),
);
const countSpaces = query<object>()(() =>
  sql
    .selectFrom('spaces')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('kind', '=', 'community')
    .where('deleted', '=', 0),
);
const newestTime = query<object>()(() => sql.selectFrom('streams').select(({ fn }) => fn.max('ts').as('ts')));

const versionQueries = {
  sqlite: sql<{ version: string }>`select sqlite_version() as version`,
  postgres: sql<{ version: string }>`select current_setting('server_version') as version`,
};

/** How much there is, and the time of the newest line, or null before the first. */
export async function countEverything(reader: Reader) {
  return {
    users: (await reader.get(countUsers, { admin: 0 }))?.count ?? 0,
    admins: (await reader.get(countUsers, { admin: 1 }))?.count ?? 0,
    spaces: (await reader.get(countSpaces, {}))?.count ?? 0,
    lines: (await reader.get(lastPosition, {}))?.pos ?? 0,
    newest_line: (await reader.get(newestTime, {}))?.ts ?? null,
  };
}

export async function databaseVersion(reader: Reader, dialect: Database['dialect']): Promise<string> {
  const [row] = await reader.select(versionQueries[dialect]);
  return row?.version ?? 'unknown';
}

/** What a homeserver is and how much is in it. */
export const status = reads(
  Type.Object({}, strict),
  async ({ config, database, committer, keys, accounts, mark, clock }) => ({
    server_name: config.server_name,
    public_url: config.public_url,
    version: accounts.version,
    node: process.versions.node,
    process: process.pid,
    now: clock.now(),
    database: database.dialect,
    database_version: await database.read((reader) => databaseVersion(reader, database.dialect)),
    registration: config.registration,
    read_only: committer.readOnly ?? null,
    root_key: keys.root.kid,
    signing_key: keys.signing.kid,
    high_water_mark: mark.pos,
    ...(await database.read(countEverything)),
  }),
);
