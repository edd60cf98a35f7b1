import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root, runQuietly, say } from './progress.mjs';

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

/** Builds the worker out of `sources`, the `worker` folder of mediasoup's package, into the file `target`. Throws with a reason. */
export async function buildMediaWorker(sources, target) {
  const folder = mkdtempSync(path.join(tmpdir(), 'folkmoot-media-worker-'));
  try {
    const worker = path.join(folder, 'worker');
    cpSync(sources, worker, { recursive: true });
    for (const { file, from, to } of edits) edit(path.join(worker, file), from, to);
    rmSync(path.join(worker, 'subprojects'), { recursive: true, force: true });
    cpSync(replacements, path.join(worker, 'subprojects'), { recursive: true });
    const out = path.join(folder, 'out');
    const options = ['--buildtype', 'release', '-Db_ndebug=true', '-Db_pie=true', '--wrap-mode=nodownload'];
    const set = await runQuietly('meson', ['setup', ...options, out, worker]);
    if (set.code !== 0) throw new Error(lastWords(set.output));
    await compile(out);
    mkdirSync(path.dirname(target), { recursive: true });
    const fresh = `${target}-${process.pid}`;
    cpSync(path.join(out, 'mediasoup-worker'), fresh);
    renameSync(fresh, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function edit(file, from, to) {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(from)) throw new Error(`${path.basename(file)} is not as this recipe expects it`);
  writeFileSync(file, text.replace(from, to));
}

/** Runs ninja and shows how far it is: on a terminal in one line, else every 15 seconds. */
function compile(out) {
  const begin = Date.now();
  const live = process.stdout.isTTY === true;
  let shown = live ? 0 : begin;
  let output = '';
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NINJA_STATUS: '[%f/%t] ' };
    const child = spawn('ninja', ['-C', out, 'mediasoup-worker'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const take = (chunk) => {
      output = (output + chunk).slice(-20_000);
      const steps = [...String(chunk).matchAll(/^\[(\d+)\/(\d+)\]/gm)].at(-1);
      if (steps === undefined || Date.now() - shown < (live ? 200 : 15_000)) return;
      shown = Date.now();
      const line = `Media worker: compiled ${steps[1]} of ${steps[2]} (${Math.round((shown - begin) / 1000)} s)`;
      if (live) process.stdout.write(`\r\x1b[2K${line}`);
      else say(line);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', reject);
    child.on('close', (code) => {
      if (live) process.stdout.write('\r\x1b[2K');
      if (code === 0 && existsSync(path.join(out, 'mediasoup-worker'))) resolve();
      else reject(new Error(lastWords(output)));
    });
  });
}

/** The first error of a compiler says more than its last. */
function lastWords(output) {
  const lines = output.trim().split('\n');
  const error = lines.find((line) => /\berror\b|ERROR|No space left|Killed/.test(line));
  return (error ?? lines.at(-1) ?? 'it said nothing').trim().slice(0, 400);
}
