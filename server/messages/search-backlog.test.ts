import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { searchMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import Sqlite from 'better-sqlite3';
import { temporaryFolder } from '../testing/engines.ts';
import { person } from '../testing/people.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';

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
