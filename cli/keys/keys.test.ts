import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { person } from '@folkmoot/server/testing/people.ts';
import { startHomeserver } from '@folkmoot/server/testing/start-homeserver.ts';
import { homeOf } from '../testing/home.ts';

interface Shown {
  root: string;
  keys: { kid: string; state: string }[];
}

test('[KEY-8] what was said before and after a rotation verifies, here and from a file', async (t) => {
  const started = await startHomeserver();
  const home = homeOf(t, started);
  const alice = await person(home.url, 'alice');
  const space = await alice.founds('Garden');
  await alice.says(space, 'before');
  const { before, now } = (await home.folkmoot(['keys', 'rotate', '--json'])).json<{ before: string; now: string }>();
  await alice.says(space, 'after');
  const shown = (await home.folkmoot(['keys', 'show', '--json'])).json<Shown>();
  assert.deepEqual(
    shown.keys.map(({ kid, state }) => [kid, state]),
    [
      [now, 'in use'],
      [before, 'old'],
    ],
  );
  const file = join(started.folder, 'garden.ndjson');
  assert.equal((await home.folkmoot(['verify', space.id])).code, 0);
  await home.folkmoot(['space', 'export', space.id, file]);
  await home.stop();
  assert.equal((await home.folkmoot(['verify', space.id])).code, 0);
  const environment = { FOLKMOOT_DATA: join(started.folder, 'nowhere') };
  assert.equal((await home.folkmoot(['verify', file], { environment })).code, 0);

  // Without the document of the root key it is `hub.key` in `_` that names the new one; where both are changed it is nobody's.
  const [header = '', ...lines] = (await readFile(file, 'utf8')).split('\n');
  const { key_document: document, ...rest } = JSON.parse(header) as { key_document: string };
  for (const key_document of [null, document.replace('"serial":', '"serial":1')]) {
    const first = JSON.stringify({ ...rest, key_document });
    await writeFile(file, [first, ...lines].join('\n'));
    assert.equal((await home.folkmoot(['verify', file], { environment })).code, 0);
    const changed = lines.map((line) => (line.includes('"hub.key"') ? line.replace('"keys":[', '"kids":[') : line));
    await writeFile(file, [first, ...changed].join('\n'));
    const verified = await home.folkmoot(['verify', file, '--json'], { environment });
    assert.equal(verified.code, 1);
    assert.deepEqual(
      verified.json<{ problems: { code: string }[] }>().problems.map(({ code }) => code),
      ['changed_payload', 'unknown_key'],
    );
  }
});

test('a key in use, the root key and one never seen cannot be revoked; an old one can, once', async (t) => {
  const home = homeOf(t, await startHomeserver());
  const codeOf = async (kid: string) =>
    JSON.parse((await home.folkmoot(['keys', 'revoke', kid, '--json'])).stderr).code;
  const { root, keys } = (await home.folkmoot(['keys', 'show', '--json'])).json<Shown>();
  const kid = keys[0]?.kid ?? '';
  assert.deepEqual(
    [await codeOf(kid), await codeOf(root), await codeOf('nobody'), await codeOf(`-${kid.slice(1)}`)],
    ['key_in_use', 'root_key', 'not_found', 'not_found'],
  );
  await home.stop();
  assert.equal((await home.folkmoot(['keys', 'rotate'])).code, 0);
  const revoke = async () => (await home.folkmoot(['keys', 'revoke', kid, '--json'])).json()['changed'];
  assert.deepEqual([await revoke(), await revoke()], [true, false]);
  const shown = (await home.folkmoot(['keys', 'show', '--json'])).json<Shown>();
  assert.deepEqual(
    shown.keys.map(({ state }) => state),
    ['in use', 'revoked'],
  );
});
