import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createChannel } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { person } from '@folkmoot/server/testing/people.ts';
import { startHomeserver } from '@folkmoot/server/testing/start-homeserver.ts';
import { homeOf } from '../testing/home.ts';

test('communities can be listed and shown, by id and by name', async (t) => {
  const home = homeOf(t, await startHomeserver());
  const alice = await person(home.url, 'alice');
  const space = await alice.founds('Garden 🌱');
  const list = await home.folkmoot(['space', 'list']);
  assert.match(list.stdout, /Garden 🌱 +community +alice +1 /);
  for (const named of [space.id, 'Garden 🌱']) {
    const shown = await home.folkmoot(['space', 'show', named, '--json']);
    assert.equal(shown.json()['id'], space.id);
  }
  await alice.founds('Garden 🌱');
  const twice = await home.folkmoot(['space', 'show', 'Garden 🌱', '--json']);
  assert.deepEqual([twice.code, JSON.parse(twice.stderr).code, twice.stdout], [1, 'ambiguous', '']);
});

test('an invite made on the command line lets somebody in, once', async (t) => {
  const home = homeOf(t, await startHomeserver());
  const alice = await person(home.url, 'alice');
  const space = await alice.founds('Garden');
  const args = ['invite', 'create', '--space', space.id, '--max-uses', '1', '--expires', '2h', '--json'];
  const { code, url } = (await home.folkmoot(args)).json<{ code: string; url: string }>();
  assert.equal(url, `${home.url}/invite/${code}`);
  const [bob, carol] = [await person(home.url), await person(home.url)];
  await bob.client.call(joinByInvite, { params: { code } });
  await assert.rejects(carol.client.call(joinByInvite, { params: { code } }), { code: 'invite_gone' });
  const stranger = await home.folkmoot([
    'invite',
    'create',
    '--space',
    space.id,
    '--as',
    carol.account.handle ?? '',
    '--json',
  ]);
  assert.deepEqual([stranger.code, JSON.parse(stranger.stderr).code], [1, 'not_found']);
});

test('a link to register opens a homeserver that asks for invites', async (t) => {
  const home = homeOf(t, await startHomeserver({ environment: { FOLKMOOT_REGISTRATION: 'invite' } }));
  await assert.rejects(person(home.url), { code: 'invite_required' });
  const { code } = (await home.folkmoot(['invite', 'create', '--json'])).json<{ code: string }>();
  const response = await fetch(`${home.url}/api/v1/accounts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ handle: 'invited', password: 'plum tree in a jar', invite: code }),
  });
  assert.equal(response.status, 201);
});

test('explain-permission names the override that decides, also where the channel is hidden', async (t) => {
  const home = homeOf(t, await startHomeserver());
  const [alice, bob] = [await person(home.url, 'alice'), await person(home.url, 'bob')];
  const space = await alice.founds('Garden');
  await alice.invites(space, bob);
  const params = { space: space.id };
  await alice.client.call(createChannel, { params, body: { kind: 'text', name: 'shed', private: true } });

  const shed = await home.folkmoot(['explain-permission', 'Garden', 'bob', '#shed']);
  assert.match(shed.stdout, /channel\.view +no +override of the channel for everyone/);
  assert.match(shed.stdout, /message\.send +no +the channel is hidden/);
  const inSpace = await home.folkmoot(['explain-permission', space.id, bob.account.id]);
  assert.match(inSpace.stdout, /message\.send +yes +role everyone/);
  const owner = await home.folkmoot(['explain-permission', space.id, 'alice', '--json']);
  assert.deepEqual(
    [...new Set(owner.json<{ permissions: { by: string }[] }>().permissions.map(({ by }) => by))],
    ['owner'],
  );
  const nobody = await home.folkmoot(['explain-permission', space.id, (await person(home.url, 'carol')).account.id]);
  assert.deepEqual([nobody.code, nobody.stdout], [1, '']);
});

test('an export is written once and not over another file', async (t) => {
  const started = await startHomeserver();
  const home = homeOf(t, started);
  const alice = await person(home.url);
  const space = await alice.founds('Garden');
  const file = join(started.folder, 'garden.ndjson');
  const first = await home.folkmoot(['space', 'export', space.id, file, '--json']);
  assert.deepEqual([first.code, first.json()['file']], [0, file]);
  const second = await home.folkmoot(['space', 'export', space.id, file]);
  assert.deepEqual([second.code, second.stdout], [1, '']);
  await alice.says(space, 'one more');
  const forced = await home.folkmoot(['space', 'export', space.id, file, '--force', '--json']);
  assert.equal(forced.json<{ lines: number }>().lines, first.json<{ lines: number }>().lines + 1);
  const piped = await home.folkmoot(['space', 'export', space.id]);
  assert.equal(piped.stdout.split('\n').length, forced.json<{ lines: number }>().lines + 2);
});
