import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Room } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Config } from '../base/settings.ts';
import { isLocalOnly } from './candidates.ts';
import { coturnConfig } from './coturn-config.ts';
import { anyFreePort, takenAt } from './free-port.ts';

/** A call may last that long without new credentials. */
const CREDENTIAL_MS = 12 * 3_600_000;
const MOST_ADDRESSES = 2;
const RESTART_MS = 1_000;
const RESTART_MOST_MS = 60_000;

/** TURN for clients: the server of the settings, or coturn run here with an own secret. */
export class Turn implements AsyncDisposable {
  readonly #config: Config;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #secret: string;
  #urls: readonly string[];
  #process: ChildProcess | undefined;
  #again: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(config: Config, clock: Clock, log: Log) {
    this.#config = config;
    this.#clock = clock;
    this.#log = log;
    this.#secret = config.turn_secret ?? randomBytes(32).toString('base64url');
    this.#urls = config.turn_urls;
    if (config.turn_urls.length > 0 && config.turn_secret === undefined) {
      this.#urls = [];
      log.warn('turn_urls is set without turn_secret: TURN is not used');
    }
  }

  /** Runs coturn where it is wanted and there; clients reach it under `addresses`. */
  async start(addresses: readonly string[]): Promise<void> {
    const { turn, turn_urls: others, data, turn_port: wanted } = this.#config;
    if (turn === 'off' || others.length > 0) return;
    const program = findTurnServer();
    if (program === undefined) {
      this.#log.info('TURN is off: coturn is not installed (on Debian: apt-get install coturn)');
      return;
    }
    const folder = join(data, 'coturn');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    endOrphan(folder);
    const port = wanted === '0' ? await anyFreePort() : Number(wanted);
    if (!(await becomesFree(port))) {
      this.#log.warn({ port }, 'TURN is off: another program uses its port; stop it, or set turn_port or turn_urls');
      return;
    }
    const isLocal = isLocalOnly(this.#config);
    const file = join(folder, 'turnserver.conf');
    const text = coturnConfig({
      port,
      relayPorts: this.#config.turn_relay_ports,
      realm: this.#config.server_name,
      secret: this.#secret,
      folder,
      isLocal,
      announced: this.#config.voice_announced_address.filter((address) => isIP(address) !== 0),
    });
    writeFileSync(file, text, { mode: 0o600 });
    this.#run(program, file, folder, RESTART_MS);
    // Browsers ask for a relay at each of them, for each of their own addresses.
    this.#urls = addresses.slice(0, MOST_ADDRESSES).flatMap((address) => {
      const host = address.includes(':') ? `[${address}]` : address;
      return ['udp', 'tcp'].map((transport) => `turn:${host}:${port}?transport=${transport}`);
    });
  }

  /** Credentials that the TURN server can check without knowing anybody: an expiry, a name and their HMAC. */
  serversFor(user: string): Room['ice_servers'] {
    if (this.#urls.length === 0) return [];
    const username = `${Math.floor((this.#clock.now() + CREDENTIAL_MS) / 1_000)}:${user}`;
    const credential = createHmac('sha1', this.#secret).update(username).digest('base64');
    return [{ urls: [...this.#urls], username, credential }];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#again);
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const patience = setTimeout(() => child.kill('SIGKILL'), 2_000);
    await exited;
    clearTimeout(patience);
  }

  #run(program: string, file: string, folder: string, wait: number): void {
    const child = spawn(program, ['-c', file], { stdio: ['ignore', 'ignore', 'ignore'], cwd: folder });
    const begun = performance.now();
    this.#process = child;
    child.on('error', (error) => this.#log.error({ err: error }, 'coturn could not be started'));
    child.once('exit', (code, signal) => {
      if (this.#closed) return;
      const next = performance.now() - begun > 60_000 ? RESTART_MS : Math.min(wait * 2, RESTART_MOST_MS);
      this.#log.error({ code, signal }, 'coturn ended; it is started again');
      this.#again = setTimeout(() => this.#run(program, file, folder, next), wait);
    });
    if (child.pid !== undefined) writeFileSync(pidFile(folder), String(child.pid));
  }
}

/** The program of coturn; undefined where it is not installed. */
export function findTurnServer(): string | undefined {
  return ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/opt/homebrew/bin']
    .map((folder) => join(folder, 'turnserver'))
    .find((file) => existsSync(file));
}

const pidFile = (folder: string) => join(folder, 'pid');

/** A homeserver that was killed leaves its coturn behind. */
function endOrphan(folder: string): void {
  try {
    const pid = Number(readFileSync(pidFile(folder), 'utf8'));
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    if (command.includes(join(folder, 'turnserver.conf'))) process.kill(pid, 'SIGKILL');
  } catch {
    // There is none.
  }
}

/** A coturn that was ended just now may hold its port for a moment. */
async function becomesFree(port: number): Promise<boolean> {
  for (const patience of [0, 100, 300]) {
    await new Promise((resolve) => setTimeout(resolve, patience));
    if ((await takenAt(port)).length === 0) return true;
  }
  return false;
}
