import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { readmeText } from './testing/readme-text.ts';

test('the page of the commands is up to date', async () => {
  const page = await readFile(new URL('README.md', import.meta.url), 'utf8');
  assert.equal(page, await readmeText(), 'run: node cli/testing/make-readme.ts');
});
