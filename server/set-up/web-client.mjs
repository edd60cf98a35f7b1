import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { root, runQuietly, say, SetUpError, withProgress } from './progress.mjs';

const client = path.join(root, 'examples', 'web-client');
const built = path.join(client, 'dist');
const stamp = path.join(built, '.sources');

/** Builds the web client unless what is in `dist` was made from exactly these sources. */
export async function prepareWebClient(node) {
  if (!existsSync(path.join(client, 'index.html')))
    return say('The web client is not part of this checkout: starting without it.');
  const wanted = hashOfSources([client, path.join(root, 'protocol-spec'), path.join(root, 'package-lock.json')]);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;

  // Built beside the old one and then exchanged, so that a running server never serves half a client.
  const fresh = `${built}-${process.pid}`;
  const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn'];
  try {
    await withProgress('Building the web client', async () => {
      const { code, output } = await runQuietly(node, args, { cwd: client });
      if (code !== 0)
        throw new SetUpError(
          `${stripVTControlCharacters(output).trim()}\n\nThe web client cannot be built; Vite's own words are above.`,
        );
    });
    writeFileSync(path.join(fresh, '.sources'), wanted);
    rmSync(built, { recursive: true, force: true });
    renameSync(fresh, built);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** A hash over names and contents of everything that can end up in the client. */
export function hashOfSources(places) {
  const hash = createHash('sha256');
  for (const place of places) {
    for (const file of filesOf(place)) {
      const content = readFileSync(file);
      hash.update(`${path.relative(root, file)}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex');
}

function filesOf(place) {
  if (!existsSync(place)) return [];
  if (place.endsWith('.json')) return [place];
  const entries = readdirSync(place, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const inside = path.join(place, entry.name);
    if (entry.isDirectory()) return isSourceFolder(entry.name) ? filesOf(inside) : [];
    return entry.isFile() && isSource(entry.name) ? [inside] : [];
  });
}

const isSourceFolder = (name) => name !== 'node_modules' && !/^dist(-|$)/.test(name) && !name.startsWith('.');
const isSource = (name) => !/\.test\.tsx?$|\.md$|\.log$/.test(name) && !name.startsWith('.');
