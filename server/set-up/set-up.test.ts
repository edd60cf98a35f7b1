import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { isNewEnough, packagesMatchLock } from './dependencies.mjs';
import { root } from './progress.mjs';
import { hashOfSources } from './web-client.mjs';

function folderWith(t: TestContext, files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'folkmoot set-up '));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) write(folder, name, content);
  return folder;
}

function write(folder: string, name: string, content: unknown): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
}

const installed = {
  'node_modules/koa': { version: '3.3.0' },
  'server/node_modules/ws': { version: '8.0.0' },
};
const locked = {
  packages: {
    '': { version: '0.1.0' },
    server: { version: '0.1.0' },
    ...installed,
    'node_modules/for-another-platform': { version: '1.0.0', optional: true },
  },
};

const cases: readonly [string, Record<string, unknown> | undefined, boolean][] = [
  ['a fresh checkout', undefined, false],
  ['everything that is for this platform', installed, true],
  ['one package more', { ...installed, 'node_modules/extra': { version: '1.0.0' } }, true],
  ['another version', { ...installed, 'node_modules/koa': { version: '3.2.0' } }, false],
  ['another version further in', { ...installed, 'server/node_modules/ws': { version: '8.0.1' } }, false],
  ['one package less', { 'node_modules/koa': { version: '3.3.0' } }, false],
  [
    'an optional package of another version',
    { ...installed, 'node_modules/for-another-platform': { version: '2.0.0' } },
    false,
  ],
];

for (const [name, present, expected] of cases) {
  test(`packages are ${expected ? 'not ' : ''}installed for ${name}`, (t) => {
    const files = present && { 'node_modules/.package-lock.json': { packages: present } };
    assert.equal(packagesMatchLock(folderWith(t, { 'package-lock.json': locked, ...files })), expected);
  });
}

test('Node 24.7 is the oldest that will do', () => {
  assert.deepEqual(['v24.7.0', 'v24.21.0', 'v26.0.1'].map(isNewEnough), [true, true, true]);
  assert.deepEqual(['v24.6.9', 'v22.20.0', 'v18.20.8', '', 'cannot execute'].map(isNewEnough), [
    false,
    false,
    false,
    false,
    false,
  ]);
});

test('the web client is built again when a source changes, and only then', (t) => {
  const folder = folderWith(t, { 'src/main.tsx': 'a', 'index.html': 'b' });
  const before = hashOfSources([folder]);
  write(folder, 'dist/index.html', 'built');
  write(folder, 'node_modules/x.js', 'installed');
  write(folder, 'src/main.test.ts', 'tested');
  assert.equal(hashOfSources([folder]), before);
  write(folder, 'src/main.tsx', 'c');
  assert.notEqual(hashOfSources([folder]), before);
});

test('what set-up does not know it refuses, from any folder', () => {
  const script = path.join(root, 'server', 'set-up', 'set-up.mjs');
  const { status, stdout } = spawnSync(process.execPath, [script, 'constructor'], { cwd: tmpdir(), encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stdout, /usage: set-up\.mjs/);
});
