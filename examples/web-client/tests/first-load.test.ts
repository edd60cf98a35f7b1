import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';

const client = join(import.meta.dirname, '..');
const most = 115_000;

test('the first page is small, and media come when somebody goes into voice', async () => {
  const result = (await build({ root: client, logLevel: 'error', build: { write: false } })) as Rolldown.RolldownOutput;
  const chunks = new Map(result.output.flatMap((one) => (one.type === 'chunk' ? [[one.fileName, one] as const] : [])));
  const entry = [...chunks.values()].find(({ isEntry }) => isEntry);
  assert.ok(entry);
  const first = new Set<string>();
  const visit = (file: string) => {
    if (first.has(file)) return;
    first.add(file);
    for (const next of chunks.get(file)?.imports ?? []) visit(next);
  };
  visit(entry.fileName);
  const sizes = [...first].map((file) => gzipSync(chunks.get(file)!.code).length);
  const bytes = sizes.reduce((all, one) => all + one, 0);
  assert.ok(bytes <= most, `${bytes} bytes of ${[...first].join(', ')}`);
  const withMedia = [...chunks.values()].filter(({ moduleIds }) =>
    moduleIds.some((id) => id.includes('mediasoup-client')),
  );
  assert.ok(withMedia.length > 0);
  for (const { fileName } of withMedia) assert.ok(!first.has(fileName), `${fileName} is loaded at once`);
});
