import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOwnOrigin } from './cross-site.ts';

const cases: [string, string | undefined, string, boolean][] = [
  ['https://home.example', 'home.example', 'https://home.example', true],
  ['https://home.example', 'elsewhere', 'https://home.example', true],
  ['http://home.example', 'home.example', 'https://home.example', false],
  ['https://evil.home.example', 'home.example', 'https://home.example', false],
  ['https://home.example.evil.example', 'home.example', 'https://home.example', false],
  ['https://evil.example', 'evil.example', 'https://home.example', false],
  ['null', 'home.example', 'https://home.example', false],
  ['', 'home.example', 'https://home.example', false],
  ['http://localhost:5173', 'localhost:5173', 'http://localhost:8448', true],
  ['http://127.0.0.1:8448', '127.0.0.1:8448', 'http://localhost:8448', true],
  ['http://[::1]:8448', '[::1]:8448', 'http://localhost:8448', true],
  ['http://localhost:9999', 'localhost:8448', 'http://localhost:8448', false],
  ['http://rebound.example:8448', 'rebound.example:8448', 'http://localhost:8448', false],
  ['http://127.0.0.1.evil.example:8448', '127.0.0.1.evil.example:8448', 'http://localhost:8448', false],
  ['http://localhost:8448/path', 'localhost:8448', 'http://localhost:8448', false],
];

for (const [origin, host, publicUrl, own] of cases) {
  test(`a page of ${origin || 'no origin'} at ${host} is ${own ? 'ours' : 'foreign'} for ${publicUrl}`, () => {
    assert.equal(isOwnOrigin(origin, host, publicUrl), own);
  });
}
