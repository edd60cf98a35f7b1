import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { searchMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import Sqlite from 'better-sqlite3';
import { Refusal } from '../base/errors.ts';
import { createLog } from '../base/log.ts';
import { temporaryFolder } from '../testing/engines.ts';
import { person } from '../testing/people.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';
import { SearchBacklog } from './search-backlog.ts';

/** What a homeserver finds that is started over data of the time before search. */
test('what was said before there was search is found after the next start', async (t) => {
  const folder = await temporaryFolder(t);
  const before = await startHomeserver({ folder });
  const ada = await person(before.url);
  const space = await ada.founds('Archive');
  for (let n = 0; n < 250; n++) await ada.says(space, `entry number ${n}`);
  const { id } = await ada.says(space, 'the last entry');
  await before.close();

  const data = new Sqlite(join(folder, 'data', 'folkmoot.db'));
  data.exec(`DELETE FROM search_entries; INSERT INTO meta (key, value) VALUES ('search backlog', '0 0 0')`);
  data.close();

  await using after = await startHomeserver({ folder });
  const again = ada.at(after.url);
  const find = async (q: string) => (await again.client.call(searchMessages, { query: { q, limit: 50 } })).messages;
  while ((await find('last')).length === 0) await new Promise(setImmediate);
  assert.deepEqual(
    (await find('last')).map((message) => message.id),
    [id],
  );
  assert.equal((await find('entry')).length, 50);
  assert.equal((await find('"number 0"')).length, 1);
});

test('a disk that is full does not end it', async () => {
  const steps: (Refusal | number)[] = [200, new Refusal('storage_full'), new Refusal('storage_full'), 200, 7];
  const done = Promise.withResolvers<void>();
  const commit = async () => {
    const step = steps.shift()!;
    if (steps.length === 0) done.resolve();
    if (step instanceof Refusal) throw step;
    return step;
  };
  const committer = { commit } as unknown as ConstructorParameters<typeof SearchBacklog>[0];
  const backlog = new SearchBacklog(committer, createLog({ level: 'silent', format: 'json' }), 1);
  await done.promise;
  await backlog.close();
});
