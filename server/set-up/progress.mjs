import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// Everything in this folder runs before anything is installed: no dependencies, plain JavaScript, Node 18.

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** A reason to stop that the person at the terminal can act on; printed without a stack. */
export class SetUpError extends Error {}

export const say = (line) => process.stdout.write(`${line}\n`);

/** A line of something that goes on behind others, which may be drawing one of their own. */
export const sayBehind = (line) => say(process.stdout.isTTY ? `\r\x1b[2K${line}` : line);

/** Seconds up to two minutes, then minutes. */
export function sayDuration(ms) {
  const seconds = Math.round(ms / 1_000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

export function isContinuousIntegration() {
  return !['', '0', 'false'].includes((process.env.CI ?? '').toLowerCase());
}

/** Runs `work` under one line that shows how long it has been going on. */
export async function withProgress(label, work) {
  const begin = Date.now();
  const elapsed = () => `${((Date.now() - begin) / 1000).toFixed(1)} s`;
  const live = process.stdout.isTTY === true;
  const draw = () => process.stdout.write(`\r\x1b[2K${label} … ${elapsed()}`);
  if (live) draw();
  else say(`${label} …`);
  const timer = live ? setInterval(draw, 200) : setInterval(() => say(`${label} … ${elapsed()}`), 15_000);
  const clear = live ? '\r\x1b[2K' : '';
  try {
    const result = await work();
    say(`${clear}${label}: done in ${elapsed()}`);
    return result;
  } catch (error) {
    say(`${clear}${label}: failed after ${elapsed()}`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** Runs a program without input and collects what it prints; `code` is null when it could not be started. */
export function runQuietly(program, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ code: null, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/**
 * Hands the terminal to a program and answers with its exit code. SIGTERM and SIGHUP are passed on. Ctrl+C reaches the
 * program from the terminal itself, so there it must not be sent a second time.
 */
export function handOver(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, ...options, stdio: 'inherit' });
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    process.on('SIGINT', () => {
      if (!process.stdin.isTTY) child.kill('SIGINT');
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}
