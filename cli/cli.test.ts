import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '@folkmoot/server/testing/engines.ts';
import { runFolkmoot } from './testing/run-folkmoot.ts';

test('exit codes say what kind of end it was', async (t) => {
  const folder = await temporaryFolder(t);
  const environment = { FOLKMOOT_DATA: join(folder, 'data') };
  const broken = join(folder, 'broken');
  await mkdir(broken);
  await writeFile(join(broken, 'folkmoot.db'), 'not a database at all, but long enough to look like one'.repeat(100));
  await writeFile(join(broken, 'master.key'), Buffer.alloc(32).toString('base64url'));
  const cases: [string[], number, Record<string, string>?][] = [
    [['--help'], 0],
    [['help', 'user'], 0],
    [['user', 'create', '--help'], 0],
    [['--version'], 0],
    [['config', 'check'], 0],
    [[], 2],
    [['user'], 2],
    [['nonsense'], 2],
    [['user', 'list', '--nonsense'], 2],
    [['user', 'list', '--limit', 'many'], 2],
    [['user', 'create', 'Alice!', '--generate-password'], 2],
    [['user', 'create', 'alice'], 2],
    [['invite', 'create', '--expires', 'soon'], 2],
    [['invite', 'create', '--as', 'alice'], 2],
    [['user', 'list'], 2, { FOLKMOOT_REGISTRATOIN: 'open' }],
    [['config', 'check'], 1, { FOLKMOOT_REGISTRATION: 'perhaps' }],
    [['user', 'list'], 3],
    [['verify', `s_${'a'.repeat(32)}`], 3],
    [['serve'], 3, { FOLKMOOT_DATABASE: 'postgres://nobody@127.0.0.1:1/nothing' }],
    [['serve'], 2, { FOLKMOOT_REGISTRATION: 'perhaps' }],
    [['user', 'list'], 3, { FOLKMOOT_DATA: broken }],
    [['user', 'list'], 3, { FOLKMOOT_DATABASE: 'postgres://nobody@127.0.0.1:1/nothing' }],
  ];
  for (const [args, code, more = {}] of cases) {
    const ran = await runFolkmoot(args, { folder, environment: { ...environment, ...more } });
    assert.equal(ran.code, code, `${args.join(' ')}: ${ran.stdout}${ran.stderr}`);
    if (code !== 0) assert.equal(ran.stdout, '', args.join(' '));
  }
  assert.deepEqual(
    (await readdir(folder)).filter((name) => !['data', 'broken'].includes(name)),
    [],
    'commands that only look make nothing',
  );
});

test('with --json an error is one document with a code on the standard error', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'data'));
  const environment = { FOLKMOOT_DATA: join(folder, 'data') };
  const cases: [string[], string][] = [
    [['user', 'list', '--json'], 'no_data'],
    [['--json', 'user', 'create'], 'usage'],
    [['nonsense', '--json'], 'usage'],
    [['verify', join(folder, 'missing'), '--json'], 'enoent'],
  ];
  for (const [args, code] of cases) {
    const ran = await runFolkmoot(args, { folder, environment });
    const { message, ...error } = JSON.parse(ran.stderr) as { code: string; message: string };
    assert.deepEqual([error, ran.stdout], [{ code }, ''], args.join(' '));
    assert.ok(message.length > 10);
  }
});

test('--data and --config say where things are', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'elsewhere');
  const made = await runFolkmoot(['--data', data, 'user', 'create', 'alice', '--generate-password'], { folder });
  assert.equal(made.code, 0, made.stderr);
  const listed = await runFolkmoot(['user', 'list', '--data', data, '--json'], {
    folder,
    environment: { FOLKMOOT_DATA: join(folder, 'not-here') },
  });
  assert.equal(listed.json<{ users: unknown[] }>().users.length, 1);
  const config = await runFolkmoot(['config', 'check', '--config', 'missing.toml', '--json'], { folder });
  assert.deepEqual([config.code, JSON.parse(config.stderr).code], [1, 'bad_config']);
});

test('a closed pipe is no error', async (t) => {
  const folder = await temporaryFolder(t);
  const { spawn } = await import('node:child_process');
  const main = join(import.meta.dirname, 'main.ts');
  const child = spawn(process.execPath, [main, '--help'], { cwd: folder, env: { PATH: process.env['PATH'] } });
  child.stdout.destroy();
  const code = await new Promise((resolve) => child.once('exit', resolve));
  assert.equal(code, 0);
});
