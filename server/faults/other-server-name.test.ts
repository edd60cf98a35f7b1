import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engines } from '../testing/engines.ts';
import { person } from '../testing/people.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';
import { exitsWith } from './exits-with.ts';

for (const engine of engines) {
  test(`data is for one server name from the first account on, on ${engine.name}`, async (t) => {
    const place = await engine.fresh(t);
    if (!place) return;
    const { folder } = place;
    const named = (name: string) => ({
      FOLKMOOT_SERVER_NAME: name,
      ...(place.url ? { FOLKMOOT_DATABASE: place.url } : {}),
    });
    const start = (name: string) => startHomeserver({ folder, environment: named(name) });
    // Tried out under the default name, and nobody made an account.
    await (await start('localhost')).close();
    await (await start('first.example')).close();
    const second = await start('home.example');
    await person(second.url, 'ada');
    await second.close();
    const { stderr } = await exitsWith(1, folder, named('other.example'));
    assert.match(stderr, /This data is that of home\.example, and server_name is other\.example/);
    assert.match(stderr, /FOLKMOOT_SERVER_NAME\) to home\.example again/);
    assert.ok(!stderr.includes('    at '), stderr);
    await (await start('home.example')).close();
  });
}
