import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '@folkmoot/protocol-spec/client/api-error.ts';
import { searchMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { comparePositions } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Message, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { sql } from '../storage/query.ts';
import { temporaryFolder } from '../testing/engines.ts';
import { type Person, person, talkOf } from '../testing/people.ts';
import { spawnHomeserver, startHomeserver, type TestHomeserver } from '../testing/start-homeserver.ts';
import { Watcher } from '../testing/watching.ts';
import { chainsOf } from './chains.ts';
import { exitsWith } from './exits-with.ts';
import { limitedDisk } from './limited-disk.ts';

test('[STR-23] a disk that is full refuses writes with 507, publishes nothing, and heals without a restart (F156, C106)', async (t) => {
  const disk = await limitedDisk(t, { megabytes: 8, free: 3 });
  assert.ok(disk || !process.env['CI'], 'a file system cannot be mounted here');
  if (!disk) return t.skip('a file system cannot be mounted here');
  await fillsAndHeals(disk.folder, async () => disk.clearAway());
});

test('[STR-23] so does a database that may not grow (F156)', async (t) => {
  await fillsAndHeals(
    await temporaryFolder(t),
    (server) => limitPages(server, 1_000_000),
    (server) => limitPages(server, 200),
  );
});

function limitPages({ homeserver }: TestHomeserver, pages: number): Promise<unknown> {
  return homeserver.committer.commit((tx) => tx.select(sql`PRAGMA max_page_count = ${sql.lit(pages)}`));
}

async function fillsAndHeals(
  folder: string,
  makeRoom: (server: TestHomeserver) => Promise<unknown>,
  limit?: (server: TestHomeserver) => Promise<unknown>,
): Promise<void> {
  const confirmed: Message[] = [];
  {
    await using server = await startHomeserver({ folder });
    const [author, reader] = [await person(server.url), await person(server.url)];
    const space = await author.founds('Full');
    await author.invites(space, reader);
    using watcher = await Watcher.of(reader);
    await limit?.(server);

    await saysUntilRefused(author, space, confirmed);
    assert.deepEqual((await reader.reads(space)).at(-1)?.id, confirmed.at(-1)?.id);
    assert.equal(await newestFound(reader), confirmed.at(-1)?.id);
    assert.equal((await fetch(`${server.url}/readyz`)).status, 200);

    await makeRoom(server);
    confirmed.push(await author.says(space, 'there is room again'));
    await watcher.seesMessage(confirmed.at(-1)!.id, talkOf(space).channel);
    const told = watcher.events.flatMap((event) => (event.t === 'message.created' ? [event.d.message] : []));
    assert.deepEqual(
      told.map(({ id, content }) => [id, content]),
      confirmed.map(({ id, content }) => [id, content]),
    );
    assert.equal(watcher.openings, 1);
    await reader.says(space, 'and for others too');
  }
  const chains = await chainsOf({ folder });
  assert.ok(chains.size >= confirmed.length);
}

/** Several at once first, so that what is refused shares its transaction with others; then until there is no room for one. */
async function saysUntilRefused(author: Person, space: Space, confirmed: Message[]): Promise<void> {
  for (let refusals = 0; refusals < 10; ) {
    const together = refusals === 0 ? 8 : 1;
    const answers = await Promise.allSettled(
      Array.from({ length: together }, () => author.says(space, 'x'.repeat(3_900))),
    );
    for (const answer of answers) {
      if (answer.status === 'fulfilled') confirmed.push(answer.value);
      else assert.ok(isStorageFull(answer.reason), String(answer.reason));
    }
    if (answers.some(({ status }) => status === 'rejected')) refusals++;
    else if (refusals > 0) refusals = 1;
  }
  confirmed.sort((a, b) => comparePositions(a.id, b.id));
}

async function newestFound(who: Person, q = 'xxx'): Promise<string | undefined> {
  const { messages } = await who.client.call(searchMessages, { query: { q } });
  return messages[0]?.id;
}

function isStorageFull(error: unknown): boolean {
  return error instanceof ApiError && error.status === 507 && error.code === 'storage_full';
}

test('a homeserver that starts on a full disk serves who wants to read, or says in one sentence what is wrong', async (t) => {
  const disk = await limitedDisk(t, { megabytes: 8, free: 6 });
  assert.ok(disk || !process.env['CI'], 'a file system cannot be mounted here');
  if (!disk) return t.skip('a file system cannot be mounted here');
  const { folder } = disk;
  const before = await spawnHomeserver({ folder });
  const author = await person(before.url);
  const space = await author.founds('Full');
  await author.says(space, 'before');
  await before.close();

  disk.fill(0);
  const { stderr } = await exitsWith(1, folder);
  assert.equal(stderr, 'The storage of this homeserver is full.\n');
  disk.fill(40_000);
  const during = await spawnHomeserver({ folder });
  assert.equal((await author.at(during.url).reads(space)).length, 1);
  assert.ok(await newestFound(author.at(during.url), 'before'));
  await assert.rejects(author.at(during.url).says(space, 'x'.repeat(3_900)), isStorageFull);
  disk.clearAway();
  await author.at(during.url).says(space, 'after');
  await during.close();
  await chainsOf({ folder });
});
