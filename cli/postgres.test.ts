import assert from 'node:assert/strict';
import { test } from 'node:test';
import { person } from '@folkmoot/server/testing/people.ts';
import { engines } from '@folkmoot/server/testing/engines.ts';
import { startHomeserver } from '@folkmoot/server/testing/start-homeserver.ts';
import { homeOf } from './testing/home.ts';

const postgres = engines.find(({ name }) => name === 'PostgreSQL');

test('the commands do the same with PostgreSQL', async (t) => {
  const fresh = await postgres?.fresh(t);
  if (!fresh?.url) return;
  const environment = { FOLKMOOT_DATABASE: fresh.url };
  const home = homeOf(t, await startHomeserver({ environment }));
  const folkmoot = (...args: string[]) => home.folkmoot([...args, '--json'], { environment });
  const space = await (await person(home.url, 'alice')).founds('Garden');

  assert.equal((await folkmoot('bot', 'create', 'echo', '--owner', 'alice')).code, 0);

  for (const state of ['running', 'stopped']) {
    const verified = await folkmoot('verify', space.id);
    assert.deepEqual([verified.code, verified.json()['ok']], [0, true], `${state}: ${verified.stderr}`);
    assert.equal((await folkmoot('user', 'list')).json<{ users: unknown[] }>().users.length, 1);
    assert.equal((await folkmoot('space', 'list')).json<{ spaces: unknown[] }>().spaces.length, 1);
    const bots = (await folkmoot('bot', 'list')).json<{ bots: { handle: string; tokens: number }[] }>().bots;
    assert.deepEqual(
      bots.map(({ handle, tokens }) => [handle, tokens]),
      [['echo', 1]],
    );
    const granted = await folkmoot('user', 'grant-admin', 'alice');
    assert.equal(granted.json()['changed'], state === 'running');
    const doctor = await folkmoot('doctor');
    assert.equal(doctor.code, 0, doctor.stdout);
    if (state === 'running') await home.stop();
  }
});
