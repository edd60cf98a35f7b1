import assert from 'node:assert/strict';
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ApiError } from '@folkmoot/protocol-spec/client/api-error.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { temporaryFolder } from '../testing/engines.ts';
import { type Person, person } from '../testing/people.ts';
import { spawnHomeserver } from '../testing/start-homeserver.ts';
import { chainsOf } from './chains.ts';

/** What was said after the backup, then the backup put back, as an admin would. */
async function restoreOldBackup(folder: string): Promise<{ author: Person; space: Space }> {
  const database = join(folder, 'data', 'folkmoot.db');
  const backup = join(folder, 'backup.db');
  let author: Person;
  let space: Space;
  {
    await using server = await spawnHomeserver({ folder });
    author = await person(server.url);
    space = await author.founds('Archive');
    await author.says(space, 'in the backup');
  }
  await copyFile(database, backup);
  {
    await using server = await spawnHomeserver({ folder });
    await author.at(server.url).says(space, 'published after the backup');
  }
  await copyFile(backup, database);
  return { author, space };
}

test('[STR-23] an older backup makes the homeserver read-only: it says so, is still there to be read, and uses no number twice', async (t) => {
  const folder = await temporaryFolder(t);
  const { author, space } = await restoreOldBackup(folder);
  {
    await using server = await spawnHomeserver({ folder });
    const back = author.at(server.url);
    assert.deepEqual(
      (await back.reads(space)).map(({ content }) => content),
      ['in the backup'],
    );
    for (const deed of [back.says(space, 'another second message'), back.founds('New'), person(server.url)]) {
      await assert.rejects(
        deed,
        (error) => error instanceof ApiError && error.status === 503 && error.code === 'read_only',
      );
    }
    const answer = await fetch(`${server.url}/readyz`);
    assert.equal(answer.status, 503);
    assert.match(await answer.text(), /older than what was published/);
    assert.equal(server.process.exitCode, null);
    server.process.kill('SIGTERM');
    await new Promise((resolve) => server.process.once('exit', resolve));
    assert.equal(server.process.exitCode, 0);
  }
  assert.equal((await chainsOf({ folder })).size, 4);
});

test('without its mark, as the message tells an admin who has no newer database, it writes again', async (t) => {
  const folder = await temporaryFolder(t);
  const { author, space } = await restoreOldBackup(folder);
  await rm(join(folder, 'data', 'high-water-mark'));
  await using server = await spawnHomeserver({ folder });
  await author.at(server.url).says(space, 'going on');
  assert.deepEqual(
    (await author.at(server.url).reads(space)).map(({ content }) => content),
    ['in the backup', 'going on'],
  );
});
