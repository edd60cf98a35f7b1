import assert from 'node:assert/strict';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { logIn } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { createHttpClient } from '@folkmoot/protocol-spec/client/http-client.ts';
import { person } from '@folkmoot/server/testing/people.ts';
import { spawnHomeserver, startHomeserver } from '@folkmoot/server/testing/start-homeserver.ts';
import { type Home, homeOf } from '../testing/home.ts';
import { runFolkmoot } from '../testing/run-folkmoot.ts';

const secret = 'plum tree in a jar';

/** Whether somebody can log in with a password. */
async function canLogIn(home: Home, login: string, password: string): Promise<boolean> {
  const client = createHttpClient({ baseUrl: home.url });
  return client.call(logIn, { body: { login, password } }).then(
    () => true,
    () => false,
  );
}

test('an account made while the homeserver runs can be used at once', async (t) => {
  const home = homeOf(t, await startHomeserver());
  const made = await home.folkmoot(['user', 'create', 'alice', '--admin', '--json'], { input: `${secret}\n` });
  assert.equal(made.code, 0, made.stderr);
  assert.match(made.json<{ id: string }>().id, /^u_/);
  assert.ok(await canLogIn(home, 'alice', secret));
  const listed = await home.folkmoot(['user', 'list', '--admins', '--json']);
  assert.deepEqual(
    listed.json<{ users: { handle: string; admin: boolean }[] }>().users.map(({ handle, admin }) => [handle, admin]),
    [['alice', true]],
  );
});

test('who is suspended is out at once, and back after being restored', async (t) => {
  const home = homeOf(t, await startHomeserver());
  const bob = await person(home.url, 'bob');
  const space = await bob.founds('Garden');
  assert.equal((await home.folkmoot(['user', 'suspend', '@bob'])).code, 0);
  await assert.rejects(bob.says(space, 'still here?'));
  const again = await home.folkmoot(['user', 'suspend', bob.account.id, '--json']);
  assert.deepEqual([again.code, again.json()['changed']], [0, false]);
  assert.equal((await home.folkmoot(['user', 'restore', 'bob@localhost'])).code, 0);
  assert.ok(await canLogIn(home, 'bob', 'a quiet test evening'));
});

test('a new password ends the sessions and replaces the old one', async (t) => {
  const home = homeOf(t, await startHomeserver());
  const carol = await person(home.url, 'carol');
  const file = join(home.data, 'new-password');
  await writeFile(file, `${secret}\nand more that does not count\n`);
  const reset = await home.folkmoot(['user', 'reset-password', 'carol', '--password-file', file, '--json']);
  assert.equal(reset.json()['sessions_ended'], 1);
  await assert.rejects(carol.founds('Nothing'));
  assert.deepEqual(
    [await canLogIn(home, 'carol', secret), await canLogIn(home, 'carol', 'a quiet test evening')],
    [true, false],
  );

  const made = await home.folkmoot(['user', 'reset-password', 'carol', '--generate-password', '--json']);
  assert.ok(await canLogIn(home, 'carol', made.json<{ password: string }>().password));
});

test('the same commands work on the data of a homeserver that does not run', async (t) => {
  const home = homeOf(t, await startHomeserver());
  await person(home.url, 'dora');
  await home.stop();
  const steps: [string[], number][] = [
    [['user', 'create', 'emil', '--generate-password'], 0],
    [['user', 'create', 'emil', '--generate-password'], 1],
    [['user', 'suspend', 'dora'], 0],
    [['user', 'grant-admin', 'emil'], 0],
    [['user', 'grant-admin', 'emil', '--revoke'], 0],
    [['user', 'restore', 'nobody'], 1],
  ];
  for (const [args, code] of steps) {
    const ran = await home.folkmoot(args);
    assert.equal(ran.code, code, `${args.join(' ')}: ${ran.stderr}`);
  }
  const { users } = (await home.folkmoot(['user', 'list', '--json'])).json<{
    users: { handle: string; state: string }[];
  }>();
  assert.deepEqual(
    users.map(({ handle, state }) => `${handle} ${state}`),
    ['dora suspended', 'emil active'],
  );
});

test('the first account can be made before the first start', async (t) => {
  const started = await startHomeserver();
  const home = homeOf(t, started);
  const environment = { FOLKMOOT_DATA: join(started.folder, 'new') };
  const made = await home.folkmoot(['user', 'create', 'first', '--admin', '--generate-password'], { environment });
  assert.equal(made.code, 0, made.stderr);
  assert.match(made.stderr, /this makes one/);
  const listed = await home.folkmoot(['user', 'list'], { environment });
  assert.match(listed.stdout, /first\s+first\s+active\s+yes/);
});

test('after a crash the data is opened, though the socket is still there', async (t) => {
  const homeserver = await spawnHomeserver();
  t.after(() => homeserver.close());
  await person(homeserver.url, 'alice');
  const environment = { FOLKMOOT_DATA: join(homeserver.folder, 'data') };
  assert.equal((await runFolkmoot(['status', '--json'], { environment })).json()['running'], true);
  await homeserver.kill();
  await stat(join(homeserver.folder, 'data', 'admin.sock'));
  const status = (await runFolkmoot(['status', '--json'], { environment })).json();
  assert.deepEqual([status['running'], status['users']], [false, 1]);
});
