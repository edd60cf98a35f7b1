import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { StartError } from './errors.ts';
import { loadMasterKey } from './master-key.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'folkmoot-key-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

const isBadKey = (error: unknown) => error instanceof StartError && error.code === 'bad_master_key';

test('the first start makes a key that only this user can read, later starts find it', (t) => {
  const data = join(folder(t), 'data');
  const key = loadMasterKey(data, undefined);
  assert.equal(key.length, 32);
  assert.equal(statSync(join(data, 'master.key')).mode & 0o777, 0o600);
  assert.equal(statSync(data).mode & 0o777, 0o700);
  assert.deepEqual(loadMasterKey(data, undefined), key);
});

test('a key from the settings may be base64url, base64 or hexadecimal, and no file is made', (t) => {
  const data = folder(t);
  const key = randomBytes(32);
  for (const text of [key.toString('base64url'), key.toString('base64'), key.toString('hex')]) {
    assert.deepEqual(loadMasterKey(data, text), key);
  }
  assert.throws(() => statSync(join(data, 'master.key')));
});

test('a key that is lost is not made anew over a database', (t) => {
  const data = folder(t);
  writeFileSync(join(data, 'folkmoot.db'), '');
  assert.throws(() => loadMasterKey(data, undefined), isBadKey);
});

test('a damaged key file is told', (t) => {
  const data = folder(t);
  writeFileSync(join(data, 'master.key'), 'short\n');
  assert.throws(() => loadMasterKey(data, undefined), isBadKey);
});
