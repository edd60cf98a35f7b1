import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { countEverything, databaseVersion } from '@folkmoot/server/admin/status.ts';
import { createSecrets } from '@folkmoot/server/base/secrets.ts';
import type { Config } from '@folkmoot/server/base/settings.ts';
import type { Database, Reader } from '@folkmoot/server/storage/database.ts';
import { migrations } from '@folkmoot/server/storage/migrations/list.ts';
import { openDatabase } from '@folkmoot/server/storage/open-database.ts';
import { sql } from '@folkmoot/server/storage/query.ts';
import { openSqliteConnection, SqliteReader } from '@folkmoot/server/storage/sqlite-connection.ts';
import { openHighWaterMark } from '@folkmoot/server/streams/high-water-mark.ts';
import { type Finding, reasonOf, under } from './finding.ts';

export type Counts = Awaited<ReturnType<typeof countEverything>>;

export interface ExaminedData {
  findings: Finding[];
  counts?: Counts;
}

interface OpenData {
  dialect: Database['dialect'];
  reader: Reader;
}

/** Looks into data that nobody has open, or beside the homeserver where the engine lets others read. Nothing is changed. */
export async function examineData(config: Config, masterKey: Buffer | undefined): Promise<ExaminedData> {
  const { skip, fail } = under('database');
  if (config.database === undefined && !existsSync(join(config.data, 'folkmoot.db'))) {
    return { findings: [skip('the first start makes it')] };
  }
  try {
    return await withData(config, (data) => examine(config, data, masterKey));
  } catch (error) {
    return {
      findings: [fail(reasonOf(error), 'Put back a backup if this is not a matter of rights or of the address.')],
    };
  }
}

async function withData<T>({ data, database: url }: Config, work: (data: OpenData) => Promise<T>): Promise<T> {
  if (url !== undefined) {
    await using database = await openDatabase({ folder: data, url });
    return await database.read((reader) => work({ dialect: 'postgres', reader }));
  }
  const connection = openSqliteConnection(join(data, 'folkmoot.db'), 'read');
  try {
    return await work({ dialect: 'sqlite', reader: new SqliteReader(connection) });
  } finally {
    connection.close();
  }
}

async function examine(
  config: Config,
  { dialect, reader }: OpenData,
  masterKey: Buffer | undefined,
): Promise<ExaminedData> {
  const version = await databaseVersion(reader, dialect);
  const database = dialect === 'sqlite' ? await examineSqlite(reader, version) : examinePostgres(version);
  if (database.status === 'fail') return { findings: [database] };
  const schema = await examineMigrations(reader);
  if (schema.status === 'fail') return { findings: [database, schema] };
  const counts = await countEverything(reader);
  const findings = [
    database,
    schema,
    await examineKeys(reader, masterKey),
    await examineMark(config.data, counts.lines),
  ];
  return { findings, counts };
}

async function examineSqlite(reader: Reader, version: string): Promise<Finding> {
  const { ok, fail } = under('database');
  const rows = await reader.select(sql<{ quick_check: string }>`pragma quick_check(5)`);
  const problems = rows.map((row) => row.quick_check).filter((text) => text !== 'ok');
  if (problems.length === 0) return ok(`SQLite ${version}, intact`);
  return fail(
    `damaged: ${problems.join('; ')}`,
    'Stop the homeserver, keep a copy of the data folder, and put back a backup.',
  );
}

function examinePostgres(version: string): Finding {
  const { ok, fail } = under('database');
  return Number.parseInt(version, 10) >= 15
    ? ok(`PostgreSQL ${version}`)
    : fail(`PostgreSQL ${version}`, 'Use 15 or later.');
}

async function examineMigrations(reader: Reader): Promise<Finding> {
  const { ok, warn, fail } = under('tables');
  const [row] = await reader.select(sql<{ version: number | null }>`select max(number) as version from migrations`);
  const version = row?.version ?? 0;
  if (version > migrations.length)
    return fail(`made by a newer version of Folkmoot (${version})`, 'Run the newer version.');
  if (version < migrations.length)
    return warn(
      `of an older version (${version} of ${migrations.length})`,
      'The next start brings them up to date; make a backup before.',
    );
  return ok(`up to date (${version})`);
}

async function examineKeys(reader: Reader, masterKey: Buffer | undefined): Promise<Finding> {
  const { ok, fail, skip } = under('keys');
  const rows = await reader.select(sql.selectFrom('server_keys').select(['kind', 'sealed']));
  if (rows.length === 0) return skip('the first start makes them');
  if (!masterKey) return fail('they cannot be opened without the master key', 'Put the master key back.');
  try {
    const secrets = createSecrets(masterKey);
    for (const { kind, sealed } of rows) secrets.open(`server-key/${kind}`, sealed);
    return ok(`root and signing key open`);
  } catch {
    return fail('they were sealed under another master key', 'Put back the master key that belongs to this database.');
  }
}

async function examineMark(data: string, lines: number): Promise<Finding> {
  const { ok, fail, skip } = under('high-water mark');
  if (!existsSync(join(data, 'high-water-mark'))) return skip('there is none yet');
  const mark = await openHighWaterMark(data);
  await mark.close();
  if (lines >= mark.pos) return ok(`${mark.pos} of ${lines} lines`);
  return fail(
    `the database has ${lines} lines, but ${mark.pos} were published: it is an old copy`,
    'Put the newer database back. Without one: other homeservers hand back what they have, see folkmoot restore.',
  );
}
