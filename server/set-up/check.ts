import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { generators, staleFiles } from './generators.ts';
import { root } from './progress.mjs';

// `npm run check` runs all of these; `npm run check:<name>` one. Nothing is changed.

const typeScript = 'node_modules/typescript/bin/tsc';

/** Each answers with what is wrong, or with nothing. */
const checks = new Map<string, () => string>([
  ['types', () => ['tsconfig.json', 'examples/web-client/tsconfig.json'].map(typesOf).join('')],
  ['lint', () => run('node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings')],
  ['format', () => run('node_modules/@biomejs/biome/bin/biome', 'format')],
  ['imports', () => run('--test', 'server/testing/import-directions.test.ts')],
  [
    'generated',
    () =>
      generators
        .flatMap(staleFiles)
        .map((file) => `stale: ${file} (npm run generate)\n`)
        .join(''),
  ],
]);

function typesOf(project: string): string {
  return existsSync(path.join(root, project)) ? run(typeScript, '-p', project) : '';
}

function run(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return status === 0 ? '' : `${stdout}${stderr}` || `stopped with ${status}\n`;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !checks.has(name));
if (unknown.length > 0)
  throw new Error(`no such check: ${unknown.join(', ')}; there are ${[...checks.keys()].join(', ')}`);

for (const [name, check] of checks) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const begin = performance.now();
  const wrong = check();
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  process.stdout.write(`${wrong}${wrong === '' ? 'ok    ' : 'FAILED'}  ${name} (${seconds} s)\n`);
  if (wrong !== '') process.exitCode = 1;
}
