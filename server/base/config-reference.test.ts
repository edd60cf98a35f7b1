import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { configReference, exampleConfig } from './config-reference.ts';

const stale = 'is stale; run: node server/base/generate-reference.ts';

for (const [file, made] of [
  ['configuration.md', configReference],
  ['folkmoot.example.toml', exampleConfig],
] as const) {
  test(`${file} is what the settings say`, () => {
    assert.ok(
      readFileSync(new URL(`../docs/${file}`, import.meta.url), 'utf8') === made(),
      `server/docs/${file} ${stale}`,
    );
  });
}
