import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingPackages, readLockFile } from './lock-file.ts';

test('the lock file is complete: npm ci takes it on every platform', () => {
  const missing = missingPackages(readLockFile()).map(({ place }) => place);
  assert.deepEqual(missing, [], 'run: node server/set-up/lock-file.ts');
});

test('the lock file names no registry, so that everybody installs from their own', () => {
  const hosts = Object.values(readLockFile().packages).filter((entry) => /^[a-z+]+:/.test(entry.resolved ?? ''));
  assert.deepEqual(hosts, []);
});
