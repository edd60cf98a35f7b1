import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setPriority, tmpdir } from 'node:os';
import path from 'node:path';
import { bundleSources } from './media-worker-bundles.mjs';
import { root, runQuietly } from './progress.mjs';

const replacements = path.join(root, 'server', 'set-up', 'media-worker', 'subprojects');

/** What building needs, and the Debian package that has it. */
const tools = [
  ['meson', 'meson'],
  ['ninja', 'ninja-build'],
  ['pkg-config', 'pkg-config'],
  ['c++', 'g++'],
  ['flatc', 'flatbuffers-compiler'],
];
const libraries = [
  ['libuv', 'libuv1-dev'],
  ['openssl', 'libssl-dev'],
  ['libsrtp2', 'libsrtp2-dev'],
  ['flatbuffers', 'libflatbuffers-dev'],
  ['absl_inlined_vector', 'libabsl-dev'],
];

/** Debian packages that building needs and that are not here. */
export async function missingForBuild() {
  const lacks = async (program, args) => (await runQuietly(program, args)).code !== 0;
  const missing = [];
  for (const [tool, debian] of tools) if (await lacks(tool, ['--version'])) missing.push(debian);
  for (const [library, debian] of libraries)
    if (missing.includes('pkg-config') || (await lacks('pkg-config', ['--exists', library]))) missing.push(debian);
  return missing;
}

/** Somebody stopped it; nothing is wrong with it. */
export class BuildStopped extends Error {}

/** Places in the worker's sources that do not suit Debian 12. */
const edits = [
  { file: 'meson.build', from: "meson_version: '>= 1.1.0'", to: "meson_version: '>= 1.0.0'" },
  {
    // With kernel TLS compiled into OpenSSL, a control call answered with 1 reads as "kernel TLS is on", and the first
    // handshake frees a buffer that is in use.
    file: 'src/RTC/DtlsTransport.cpp',
    from: '(operationType == BIO_CB_RETURN) ?',
    to: '((operationType & BIO_CB_RETURN) != 0) ?',
  },
];

/**
 * Builds the worker out of `sources`, the `worker` folder of mediasoup's package, into the file `target`. `onProgress` is told how many
 * steps of how many are done. Throws with a reason.
 */
export async function buildMediaWorker(sources, target, { onProgress, signal }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'folkmoot-media-worker-'));
  try {
    const parts = { sources, folder, onProgress, signal };
    const built = await compileIn(parts, bundleSources).catch((error) => {
      if (!error.ofCompiler) throw error;
      // Another compiler may not take the sources as bundles. One by one they take three times as long.
      return compileIn(parts, () => undefined);
    });
    mkdirSync(path.dirname(target), { recursive: true });
    const fresh = `${target}-${process.pid}`;
    cpSync(built, fresh);
    renameSync(fresh, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compileIn({ sources, folder, onProgress, signal }, arrange) {
  const worker = path.join(folder, 'worker');
  const out = path.join(folder, 'out');
  for (const old of [worker, out]) rmSync(old, { recursive: true, force: true });
  cpSync(sources, worker, { recursive: true });
  for (const { file, from, to } of edits) edit(path.join(worker, file), from, to);
  arrange(worker);
  rmSync(path.join(worker, 'subprojects'), { recursive: true, force: true });
  cpSync(replacements, path.join(worker, 'subprojects'), { recursive: true });
  const options = ['--buildtype', 'release', '-Db_ndebug=true', '-Db_pie=true', '--wrap-mode=nodownload'];
  const set = await runQuietly('meson', ['setup', ...options, out, worker]);
  if (set.code !== 0) throw new Error(lastWords(set.output));
  if (signal?.aborted) throw new BuildStopped();
  await compile(out, onProgress, signal);
  return path.join(out, 'mediasoup-worker');
}

function edit(file, from, to) {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(from)) throw new Error(`${path.basename(file)} is not as this recipe expects it`);
  writeFileSync(file, text.replace(from, to));
}

/** Behind the homeserver, which people are waiting for, but not far behind. */
const NICENESS = 5;

/** Runs ninja, behind whatever else wants the processors. */
function compile(out, onProgress, signal) {
  let output = '';
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NINJA_STATUS: '[%f/%t] ' };
    const child = spawn('ninja', ['-C', out, 'mediasoup-worker'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    if (child.pid !== undefined) setPriority(child.pid, NICENESS);
    const take = (chunk) => {
      output = (output + chunk).slice(-20_000);
      const steps = [...String(chunk).matchAll(/^\[(\d+)\/(\d+)\]/gm)].at(-1);
      if (steps !== undefined) onProgress(Number(steps[1]), Number(steps[2]));
    };
    const stop = () => child.kill();
    signal?.addEventListener('abort', stop);
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', reject);
    child.on('close', (code) => {
      signal?.removeEventListener('abort', stop);
      // Ctrl+C comes to it from the terminal itself.
      if (signal?.aborted || output.includes('interrupted by user')) reject(new BuildStopped());
      else if (code === 0 && existsSync(path.join(out, 'mediasoup-worker'))) resolve();
      else reject(Object.assign(new Error(lastWords(output)), { ofCompiler: true }));
    });
  });
}

/** The first error of a compiler says more than its last. */
function lastWords(output) {
  const lines = output.trim().split('\n');
  const error = lines.find((line) => /\berror\b|ERROR|No space left|Killed/.test(line));
  return (error ?? lines.at(-1) ?? 'it said nothing').trim().slice(0, 400);
}
