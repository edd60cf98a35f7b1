import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '@folkmoot/conformance-tests/puppet/free-port.ts';
import { createHomeserver, type Homeserver } from '../app.ts';
import type { Clock } from '../base/clock.ts';
import { loadConfig } from '../base/config.ts';
import { createLog } from '../base/log.ts';
import { createPasswords } from '../base/passwords.ts';
import { inheritedEnvironment } from './inherited-environment.ts';

const webClientFolder = join(import.meta.dirname, '../../examples/web-client/dist');
/** Less than a client waits for an answer, and more than a hub takes on a busy machine. */
const HUB_WAIT_MS = 20_000;
/** Tests make people by the hundred, and a real hash takes a core for thirty milliseconds. */
const cheapPasswords = { memory: 64, passes: 1, parallelism: 1 };
export const mainFile = join(import.meta.dirname, '../main.ts');

export interface TestHomeserverOptions {
  /** Further settings as environment variables. */
  environment?: Record<string, string>;
  /** A folder that outlives this homeserver; otherwise a temporary one. */
  folder?: string;
  clock?: Clock;
  /** Default on: limits of tests that do not test limits would only be in the way. */
  rateLimits?: boolean;
  /** How long somebody waits for a hub. By default longer than people do, because nothing is to depend on the speed of this machine. */
  hubWaitMs?: number;
}

export interface TestHomeserver extends AsyncDisposable {
  url: string;
  folder: string;
  homeserver: Homeserver;
  close(): Promise<void>;
}

/** A real homeserver in this process, on a free port, with every answer checked against its schema. */
export async function startHomeserver(options: TestHomeserverOptions = {}): Promise<TestHomeserver> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'folkmoot-')));
  const port = await freePort();
  const { config } = loadConfig({ environment: environmentOf(folder, port, options), folder });
  const log = createLog({ level: config.log, format: 'json', write: (line) => process.stderr.write(line) });
  const homeserver = await createHomeserver({
    config,
    log,
    webClientFolder,
    checkAnswers: true,
    hubWaitMs: options.hubWaitMs ?? HUB_WAIT_MS,
    ...(options.clock ? { clock: options.clock } : {}),
  });
  homeserver.accounts.passwords = createPasswords(cheapPasswords);
  await homeserver.listen();
  const close = async () => {
    await homeserver.close();
    if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
  };
  return { url: config.public_url, folder, homeserver, close, [Symbol.asyncDispose]: close };
}

export interface SpawnedHomeserver extends AsyncDisposable {
  url: string;
  folder: string;
  process: ChildProcess;
  /** SIGKILL, and wait until it is gone. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** A real homeserver as a process of its own, for tests that kill it. */
export async function spawnHomeserver(options: TestHomeserverOptions = {}): Promise<SpawnedHomeserver> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'folkmoot-')));
  const port = await freePort();
  const url = options.environment?.['FOLKMOOT_PUBLIC_URL'] ?? `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [mainFile], {
    env: { ...inheritedEnvironment, ...environmentOf(folder, port, options) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  await untilReady(url, child);
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
  };
  const close = async () => {
    await end('SIGTERM');
    if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
  };
  return { url, folder, process: child, kill: () => end('SIGKILL'), close, [Symbol.asyncDispose]: close };
}

function environmentOf(
  folder: string,
  port: number,
  { environment, rateLimits = false }: TestHomeserverOptions,
): Record<string, string> {
  return {
    FOLKMOOT_DATA: join(folder, 'data'),
    FOLKMOOT_LISTEN: `127.0.0.1:${port}`,
    FOLKMOOT_PUBLIC_URL: `http://127.0.0.1:${port}`,
    FOLKMOOT_RATE_LIMITS: rateLimits ? 'on' : 'off',
    FOLKMOOT_LOG: 'warn',
    ...environment,
  };
}

/** Resolves when it answers. Throws where the process ends before. */
export async function untilReady(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    try {
      // Whatever it says: one that is read-only serves too.
      await fetch(`${url}/readyz`);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  throw new Error(`The homeserver ended with ${child.exitCode ?? child.signalCode} before it was ready`);
}

/** A port of loopback that nobody else has. */
export const freePort = findFreePort;
