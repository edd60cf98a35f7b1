import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const program = path.join(import.meta.dirname, '../../server/main.ts');
const shiftedClock = pathToFileURL(path.join(import.meta.dirname, 'shifted-clock.mjs')).href;
const startMs = 100_000;

/** One run of our homeserver as a process of its own; its settings come from the environment only. */
export class HomeserverProcess {
  log = '';
  readonly #child: ChildProcess;
  readonly #url: string;

  constructor(url: string, folder: string, settings: Record<string, string>) {
    this.#url = url;
    const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
    this.#child = spawn(process.execPath, ['--import', shiftedClock, program], {
      cwd: folder,
      env: { PATH, HOME, NODE_COMPILE_CACHE, ...settings },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const note = (chunk: Buffer) => void (this.log += chunk.toString('utf8'));
    this.#child.stdout?.on('data', note);
    this.#child.stderr?.on('data', note);
  }

  /** Resolves when it answers there: `/livez` also while it does not want to be asked. */
  async ready(page = '/readyz'): Promise<void> {
    const deadline = performance.now() + startMs;
    while (performance.now() < deadline && this.#child.exitCode === null) {
      const answer = await fetch(`${this.#url}${page}`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    this.#child.kill('SIGKILL');
    throw new Error(`the homeserver did not become ready:\n${this.log}`);
  }

  /** Waits for something that it says in its log, which comes on another way than its answers. */
  async logs(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = performance.now() + startMs;
    for (;;) {
      const found = pattern.exec(this.log);
      if (found) return found;
      if (performance.now() > deadline) throw new Error(`it did not log ${pattern.source}:\n${this.log}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill(signal);
    await gone;
  }

  /** Sets how far its clock is ahead of the real one. */
  async setAhead(ms: number): Promise<void> {
    const told = once(this.#child, 'message');
    this.#child.send({ ahead: ms });
    await told;
  }
}
