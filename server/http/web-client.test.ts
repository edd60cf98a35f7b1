import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { serve } from './http-testing.ts';

const index = '<!doctype html><title>Folkmoot</title><script type="module" src="/assets/app-1a2b.js"></script>';
const script = 'export const x = 1;\n'.repeat(200);

async function built(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'folkmoot-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'dist/assets'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await writeFile(join(folder, 'dist/index.html'), index);
  await writeFile(join(folder, 'dist/assets/app-1a2b.js'), script);
  return join(folder, 'dist');
}

test('the web client is served, its routes are its own, and hashed files are kept for ever', async (t) => {
  const { ask } = await serve(t, { webClientFolder: await built(t) });
  for (const path of ['/', '/index.html', '/invite/abcdefg', '/s/x/y']) {
    const { status, text, headers } = await ask('GET', path);
    assert.deepEqual([path, status, text], [path, 200, index]);
    assert.equal(headers.get('cache-control'), 'no-cache');
    assert.equal(headers.get('content-type'), 'text/html; charset=utf-8');
  }
  const asset = await ask('GET', '/assets/app-1a2b.js');
  assert.equal(asset.text, script);
  assert.equal(asset.headers.get('content-encoding'), 'gzip');
  assert.match(asset.headers.get('cache-control') ?? '', /immutable/);
  const plain = await ask('GET', '/assets/app-1a2b.js', { headers: { 'accept-encoding': 'identity' } });
  assert.deepEqual([plain.text, plain.headers.get('content-encoding')], [script, null]);
  const etag = asset.headers.get('etag') ?? '';
  const known = { 'if-none-match': etag, 'cache-control': 'max-age=0' };
  const fresh = await ask('GET', '/assets/app-1a2b.js', { headers: known });
  assert.deepEqual([fresh.status, fresh.text], [304, '']);
});

test('nothing outside the folder is served (F50)', async (t) => {
  const { ask } = await serve(t, { webClientFolder: await built(t) });
  for (const path of [
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e%5csecret.txt',
    '/assets/none.js',
  ]) {
    const { status, text } = await ask('GET', path);
    assert.equal(status, 404, path);
    assert.doesNotMatch(text, /^secret/);
  }
  assert.equal((await ask('POST', '/')).status, 404);
  assert.equal((await ask('GET', '/.well-known/folkmoot')).status, 404);
});

test('a new build is served without a restart', async (t) => {
  const folder = await built(t);
  const { ask } = await serve(t, { webClientFolder: folder });
  assert.equal((await ask('GET', '/')).text, index);
  await writeFile(join(folder, 'index.html'), 'new');
  await utimes(join(folder, 'index.html'), 1, 1);
  assert.equal((await ask('GET', '/')).text, 'new');
});

test('without a build there is a page that says how to get one', async (t) => {
  const { ask } = await serve(t, {});
  const { status, text } = await ask('GET', '/');
  assert.equal(status, 200);
  assert.match(text, /npm start/);
});
