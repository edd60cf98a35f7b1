import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Target, TargetAbilities } from '../target.ts';
import { HomeserverProcess } from './homeserver-process.ts';

type Own = Omit<TargetAbilities, 'registerUser'>;

/** Our own homeserver, started on a free port with an empty data folder; disposed of, it is stopped and forgotten. */
export async function startFolkmoot({
  rateLimits = 'off',
  registration = 'open',
}: {
  rateLimits?: 'on' | 'off';
  registration?: 'open' | 'invite' | 'closed';
} = {}): Promise<Target & Own & AsyncDisposable> {
  const folder = await mkdtemp(path.join(tmpdir(), 'folkmoot-conformance-'));
  const data = path.join(folder, 'data');
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const settings = {
    FOLKMOOT_DATA: data,
    FOLKMOOT_LISTEN: `127.0.0.1:${port}`,
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

  const startAgain = async (signal: 'SIGTERM' | 'SIGKILL') => {
    await running.end(signal);
    logged += running.log;
    running = new HomeserverProcess(url, folder, settings);
    await running.ready();
    if (ahead > 0) await running.setAhead(ahead);
  };

  await running.ready();
  return {
    url,
    restart: () => startAgain('SIGTERM'),
    kill: () => startAgain('SIGKILL'),
    advanceClock: (ms) => running.setAhead((ahead += ms)),
    withRateLimits: () => other('limited', { rateLimits: 'on' }),
    async withRegistration(mode) {
      const target = await other(mode, { registration: mode });
      const setUpToken = /\/setup\/(fm_a_[A-Za-z0-9_-]+)/.exec(target.logText())?.[1] ?? '';
      return { target, setUpToken };
    },
    storedBytes: () => readFolder(data),
    logText: () => logged + running.log,
    async [Symbol.asyncDispose]() {
      for (const started of others.values()) await (await started)[Symbol.asyncDispose]();
      await running.end('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function readFolder(folder: string): Promise<Buffer> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== 'master.key');
  return Buffer.concat(await Promise.all(files.map((file) => readFile(path.join(file.parentPath, file.name)))));
}
