import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '@folkmoot/server/testing/engines.ts';
import { runFolkmoot } from '../testing/run-folkmoot.ts';

test('a new settings file explains every setting and is right as it is', async (t) => {
  const folder = await temporaryFolder(t);
  const made = await runFolkmoot(['init'], { folder });
  assert.equal(made.code, 0, made.stderr);
  const file = join(folder, 'folkmoot.toml');
  assert.match(await readFile(file, 'utf8'), /#registration = "open"/);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.equal((await runFolkmoot(['config', 'check'], { folder })).code, 0);
});

test('values can be set, and only right ones', async (t) => {
  const folder = await temporaryFolder(t);
  const set = ['--set', 'server_name=home.example', '--set', 'trusted_proxies=127.0.0.1, ::1'];
  assert.equal((await runFolkmoot(['init', ...set], { folder })).code, 0);
  const shown = await runFolkmoot(['config', 'show', '--json'], { folder });
  const { settings } = shown.json<{ settings: { name: string; value: string; origin: string }[] }>();
  const found = new Map(settings.map(({ name, value, origin }) => [name, [value, origin.split(' ')[0]]]));
  assert.deepEqual(found.get('server_name'), ['home.example', 'server_name']);
  assert.deepEqual(found.get('trusted_proxies'), ['127.0.0.1, ::1', 'trusted_proxies']);
  assert.deepEqual(found.get('registration'), ['open', 'default']);

  for (const wrong of ['registration=perhaps', 'regstration=open', 'nothing']) {
    const ran = await runFolkmoot(['init', 'other.toml', '--set', wrong], { folder });
    assert.equal(ran.code, 2, wrong);
  }
  await assert.rejects(stat(join(folder, 'other.toml')));
});

test('a file that is there stays, unless it is forced', async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'folkmoot.toml');
  await writeFile(file, 'registration = "closed"\n');
  assert.equal((await runFolkmoot(['init'], { folder })).code, 1);
  assert.equal(await readFile(file, 'utf8'), 'registration = "closed"\n');
  assert.equal((await runFolkmoot(['init', '--force'], { folder })).code, 0);
  assert.notEqual(await readFile(file, 'utf8'), 'registration = "closed"\n');
});

test('secrets are not shown', async (t) => {
  const folder = await temporaryFolder(t);
  const environment = {
    FOLKMOOT_DATABASE: 'postgres://moot:geheim@db.example/moot',
    FOLKMOOT_MASTER_KEY: 'c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U',
  };
  for (const args of [
    ['config', 'show'],
    ['config', 'show', '--json'],
    ['config', 'check'],
  ]) {
    const { stdout, stderr } = await runFolkmoot(args, { folder, environment });
    assert.doesNotMatch(stdout + stderr, /geheim|c2Vjc/);
  }
});
