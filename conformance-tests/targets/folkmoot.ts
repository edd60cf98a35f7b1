import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Authority } from '../puppet/authority.ts';
import { findFreePort } from '../puppet/free-port.ts';
import type { FederatedTarget, TargetAbilities } from '../target.ts';
import { askAdmin } from './admin-socket.ts';
import { HomeserverProcess } from './homeserver-process.ts';

type Own = Omit<TargetAbilities, 'registerUser'>;

type OwnTarget = FederatedTarget &
  Own &
  AsyncDisposable & {
    /** Of the link that it shows as long as nobody has an account. */
    setUpToken(): Promise<string>;
  };

interface Federation {
  authority: Authority;
  privateAddresses: 'allow' | 'refuse';
}

/** Our own homeserver, started on a free port with an empty data folder; disposed of, it is stopped and forgotten. */
export async function startFolkmoot({
  rateLimits = 'off',
  registration = 'open',
  federation,
}: {
  rateLimits?: 'on' | 'off';
  registration?: 'open' | 'invite' | 'closed';
  federation?: Federation;
} = {}): Promise<OwnTarget> {
  const folder = await mkdtemp(path.join(tmpdir(), 'folkmoot-conformance-'));
  const data = path.join(folder, 'data');
  const port = await findFreePort();
  const address = `127.0.0.1:${port}`;
  const url = `${federation ? 'https' : 'http'}://${address}`;
  // Where private addresses are refused an address is no name.
  const name = federation?.privateAddresses === 'refuse' ? `folkmoot.localhost:${port}` : address;
  const settings = {
    FOLKMOOT_DATA: data,
    FOLKMOOT_LISTEN: address,
    ...(federation ? await settingsOf(federation, folder, { name, url }) : {}),
    FOLKMOOT_RATE_LIMITS: rateLimits,
    FOLKMOOT_REGISTRATION: registration,
    FOLKMOOT_VOICE_PORT: '0',
    FOLKMOOT_VOICE_WORKERS: '1',
    FOLKMOOT_TURN: 'off',
    // The log is read where limits are on: what is asked there is little.
    FOLKMOOT_LOG: rateLimits === 'on' ? 'debug' : 'warn',
  };
  let logged = '';
  let ahead = 0;
  const others = new Map<string, ReturnType<typeof startFolkmoot>>();
  const other = (name: string, options: Parameters<typeof startFolkmoot>[0]) => {
    const started = others.get(name) ?? startFolkmoot(options);
    others.set(name, started);
    return started;
  };
  let running = new HomeserverProcess(url, folder, settings);

  const startAgain = async (signal: 'SIGTERM' | 'SIGKILL', page?: string, meanwhile?: () => Promise<void>) => {
    await running.end(signal);
    logged += running.log;
    await meanwhile?.();
    running = new HomeserverProcess(url, folder, settings);
    await running.ready(page);
    if (ahead > 0) await running.setAhead(ahead);
  };

  await running.ready();
  return {
    url,
    name,
    restart: () => startAgain('SIGTERM'),
    kill: () => startAgain('SIGKILL'),
    advanceClock: (ms) => running.setAhead((ahead += ms)),
    withRateLimits: () => other('limited', { rateLimits: 'on' }),
    async withRegistration(mode) {
      const target = await other(mode, { registration: mode });
      return { target, setUpToken: await target.setUpToken() };
    },
    withFederation: (authority, privateAddresses = 'allow') =>
      other(`federated, ${privateAddresses}`, { federation: { authority, privateAddresses } }),
    async snapshot() {
      const copy = await mkdtemp(path.join(folder, 'copy-'));
      const files = ['folkmoot.db', 'folkmoot.db-wal'];
      await startAgain('SIGTERM', '/readyz', async () => {
        for (const file of files) await cp(path.join(data, file), path.join(copy, file)).catch(ignoreMissing);
      });
      return copy;
    },
    // The mark of what was published is no part of a backup.
    restore: (copy) =>
      startAgain('SIGTERM', '/livez', async () => {
        for (const file of await readdir(data)) if (file.startsWith('folkmoot.db')) await rm(path.join(data, file));
        await cp(copy, data, { recursive: true });
      }),
    async evidenceAgainst(server) {
      const { following } = await askAdmin<{ following: Following }>(data, 'federation.show', { server });
      return following.evidence.flatMap(({ ours, theirs }) => [ours, theirs]);
    },
    storedBytes: () => readFolder(data),
    logText: () => logged + running.log,
    setUpToken: async () => (await running.logs(/\/setup\/(fm_a_[A-Za-z0-9_-]{43})/))[1] ?? '',
    async [Symbol.asyncDispose]() {
      for (const started of others.values()) await (await started)[Symbol.asyncDispose]();
      await running.end('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Following {
  evidence: { ours: string; theirs: string }[];
}

async function settingsOf(
  { authority, privateAddresses }: Federation,
  folder: string,
  at: { name: string; url: string },
) {
  const { certificate, key } = authority.issue('127.0.0.1', 'localhost');
  const write = async (file: string, text: string) => {
    await writeFile(path.join(folder, file), text, { mode: 0o600 });
    return path.join(folder, file);
  };
  return {
    FOLKMOOT_SERVER_NAME: at.name,
    FOLKMOOT_PUBLIC_URL: at.url,
    FOLKMOOT_TLS_CERTIFICATE: await write('certificate.pem', certificate),
    FOLKMOOT_TLS_KEY: await write('key.pem', key),
    FOLKMOOT_FEDERATION_CA: await write('authority.pem', authority.certificate),
    FOLKMOOT_FEDERATION_PRIVATE_ADDRESSES: privateAddresses,
    FOLKMOOT_RESTORE_WAIT: '10',
  };
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

async function readFolder(folder: string): Promise<Buffer> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== 'master.key');
  // Some are there for a moment only.
  const read = files.map((file) => readFile(path.join(file.parentPath, file.name)).catch(ignoreMissing));
  return Buffer.concat((await Promise.all(read)).filter((bytes) => bytes !== undefined));
}
