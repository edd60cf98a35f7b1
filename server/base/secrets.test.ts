import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { createSecrets } from './secrets.ts';

const secrets = createSecrets(randomBytes(32));

test('what was sealed can be opened for the same purpose', () => {
  const bytes = randomBytes(32);
  assert.deepEqual(secrets.open('root-key', secrets.seal('root-key', bytes)), bytes);
  assert.equal(secrets.open('email', secrets.seal('email', 'ann@home.example')).toString(), 'ann@home.example');
  assert.equal(secrets.open('email', secrets.seal('email', '')).length, 0);
});

test('sealing twice gives two texts', () => {
  assert.notEqual(secrets.seal('email', 'a'), secrets.seal('email', 'a'));
});

test('another purpose, another key, a changed or cut text do not open', () => {
  const sealed = secrets.seal('email', 'ann@home.example');
  assert.throws(() => secrets.open('root-key', sealed), /another purpose/);
  assert.throws(() => createSecrets(randomBytes(32)).open('email', sealed), /another master key/);
  for (let i = 3; i < sealed.length - 1; i++) {
    const changed = sealed.slice(0, i) + (sealed[i] === 'A' ? 'B' : 'A') + sealed.slice(i + 1);
    assert.throws(() => secrets.open('email', changed));
  }
  for (const text of ['', 's1.', 's2.abc', sealed.slice(0, -1), sealed.slice(0, 30), sealed.replace('s1', 's9')]) {
    assert.throws(() => secrets.open('email', text));
  }
});

test('a blind index is the same for equal values of one purpose only', () => {
  assert.equal(secrets.blindIndex('email', 'a'), secrets.blindIndex('email', 'a'));
  assert.notEqual(secrets.blindIndex('email', 'a'), secrets.blindIndex('email', 'b'));
  assert.notEqual(secrets.blindIndex('email', 'a'), secrets.blindIndex('handle', 'a'));
  assert.notEqual(secrets.blindIndex('email', 'a'), createSecrets(randomBytes(32)).blindIndex('email', 'a'));
});

test('subkeys differ by purpose and stay the same', () => {
  assert.equal(secrets.subkey('a').length, 32);
  assert.deepEqual(secrets.subkey('a'), secrets.subkey('a'));
  assert.notDeepEqual(secrets.subkey('a'), secrets.subkey('b'));
});
