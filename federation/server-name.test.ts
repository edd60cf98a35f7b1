import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isServerName } from './server-name.ts';

const label63 = 'a'.repeat(63);
const long = `${'a.'.repeat(124)}exam`;

const good = [
  'home.example',
  'home.example:8448',
  'a.b.c.d.example',
  'xn--bcher-kva.example',
  '1.home.example',
  'home.example:65535',
  `${label63}.example`,
  `${long}x`,
];
const bad = [
  'Home.example',
  'home.example.',
  'home.example:443',
  'home.example:0443',
  'home.example:65536',
  'home.example:0',
  'home.example:',
  'localhost:http',
  'a@b.example',
  'a/b.example',
  'a%2eb.example',
  'a%2eb',
  '2130706433',
  '0x7f.1',
  '1.0x7f',
  '127.1',
  '[::1]',
  '::1',
  '1.2.3.4',
  '1.2.3.4:8448',
  'home..example',
  '.home.example',
  '_x.example',
  '-a.example',
  'a-.example',
  `${label63}a.example`,
  `${long}xx`,
  'bücher.example',
  'home\u202e.example',
  'xn--a.example',
  'home.example ',
  'home.example\n',
  'home.example\0',
  '',
];

test('[FED-1] names of homeservers that are taken', () => {
  assert.deepEqual(
    good.filter((name) => !isServerName(name)),
    [],
  );
  assert.equal(`${long}x`.length, 253);
});

test('[FED-1] names that are refused, with the test setting too', () => {
  assert.deepEqual(
    bad.filter((name) => isServerName(name)),
    [],
  );
  assert.deepEqual(
    bad.filter((name) => isServerName(name, { testNames: true })),
    [],
  );
});

test('[FED-2] single labels and 127.0.0.1 with a port are names in tests only', () => {
  for (const name of ['localhost', 'localhost:8448', 'a', '127.0.0.1:8448']) {
    assert.equal(isServerName(name), false, name);
    assert.equal(isServerName(name, { testNames: true }), true, name);
  }
  for (const name of ['127.0.0.1', '127.0.0.2:8448', '10.0.0.1:8448']) {
    assert.equal(isServerName(name, { testNames: true }), false, name);
  }
});
