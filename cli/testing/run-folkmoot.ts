import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';

const mainFile = join(import.meta.dirname, '../main.ts');

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
  /** The document of `--json`. */
  json<T = Record<string, unknown>>(): T;
}

export interface RunOptions {
  /** Settings, as variables. */
  environment?: Record<string, string>;
  input?: string;
  folder?: string;
}

/** Runs the command line as a process of its own, without a terminal and without settings from outside. */
export async function runFolkmoot(
  args: string[],
  { environment = {}, input = '', folder }: RunOptions = {},
): Promise<Ran> {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, [mainFile, ...args], {
    env: { PATH, NODE_COMPILE_CACHE, ...environment },
    ...(folder === undefined ? {} : { cwd: folder }),
  });
  // A command that does not read its input may be gone before it is written.
  child.stdin.on('error', () => undefined).end(input);
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { code, stdout, stderr, json: <T>() => JSON.parse(stdout) as T };
}
