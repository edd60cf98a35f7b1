import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { deleteChannel } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { banUser } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { deleteMessage, editMessage, sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import Sqlite from 'better-sqlite3';
import { chainsOf } from '../faults/chains.ts';
import { foundCommunity, newChannel } from '../testing/community.ts';
import { temporaryFolder } from '../testing/engines.ts';
import { startHomeserver, type TestHomeserver } from '../testing/start-homeserver.ts';

/** Long enough for pages of its own, and found wherever a part of it is left. */
const secret = (name: string, length = 3_900) => `${name}secret `.repeat(length).slice(0, length);

/** Names of the files of a data folder in which a text can be found. */
async function filesWith(folder: string, text: string): Promise<string[]> {
  const data = join(folder, 'data');
  const names = (await readdir(data)).filter((name) => name.startsWith('folkmoot.db'));
  assert.ok(names.includes('folkmoot.db'));
  const found = await Promise.all(
    names.map(async (name) => ((await readFile(join(data, name))).includes(text) ? [name] : [])),
  );
  return found.flat();
}

/** What SQLite does by itself after some pages, and when the homeserver stops; here as soon as nobody else writes or reads. */
async function checkpoint({ folder }: TestHomeserver): Promise<void> {
  const database = new Sqlite(join(folder, 'data', 'folkmoot.db'), { timeout: 0 });
  const isBusy = () => (database.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[])[0]?.busy !== 0;
  while (isBusy()) await new Promise(setImmediate);
  database.close();
}

test('[MSG-4] [STR-21] nothing of a deleted message and its edits is left in the files of the database', async (t) => {
  const folder = await temporaryFolder(t);
  {
    await using server = await startHomeserver({ folder });
    const { member, moderator, space, talk } = await foundCommunity(server.url);
    await member.says(space, secret('kept', 60));
    for (const [length, who] of [
      [30, member],
      [1_500, moderator],
      [3_900, member],
    ] as const) {
      const { id: message } = await member.says(space, secret('first', length));
      await member.says(space, 'something in between '.repeat(100));
      await member.client.call(editMessage, {
        params: { ...talk, message },
        body: { content: secret('second', length) },
      });
      await checkpoint(server);
      for (const name of ['first', 'second'])
        assert.notDeepEqual(await filesWith(folder, `${name}secret`), [], 'the test looks in the wrong place');
      await who.client.call(deleteMessage, { params: { ...talk, message } });
      await checkpoint(server);
      for (const name of ['first', 'second'])
        assert.deepEqual(await filesWith(folder, `${name}secret`), [], `${length} characters, ${name} version`);
    }
    assert.deepEqual(await filesWith(folder, 'keptsecret'), ['folkmoot.db']);
  }
  await chainsOf({ folder });
});

test('[CHN-3] what was said in a deleted channel is erased in the background', async (t) => {
  const folder = await temporaryFolder(t);
  {
    await using server = await startHomeserver({ folder });
    const { owner, space } = await foundCommunity(server.url);
    const params = { space: space.id, channel: (await newChannel(owner, space, 'doomed')).id };
    await Promise.all(
      Array.from({ length: 450 }, () =>
        owner.client.call(sendMessage, { params, body: { content: secret('channel', 400) } }),
      ),
    );
    await owner.client.call(deleteChannel, { params });
    while ((await checkpoint(server), (await filesWith(folder, 'channelsecret')).length > 0))
      await new Promise(setImmediate);
  }
  await chainsOf({ folder });
});

test('[CHN-3] a stop in the middle of erasing a channel only delays it', async (t) => {
  const folder = await temporaryFolder(t);
  {
    await using server = await startHomeserver({ folder });
    const { owner, space } = await foundCommunity(server.url);
    const params = { space: space.id, channel: (await newChannel(owner, space, 'doomed')).id };
    const say = () => owner.client.call(sendMessage, { params, body: { content: secret('stopped', 400) } });
    await Promise.all(Array.from({ length: 450 }, say));
    // Holds up what is done in the background, as a process that ends does.
    server.homeserver.committer.repair.commit = () => Promise.reject(new Error('it is stopped'));
    await owner.client.call(deleteChannel, { params });
  }
  assert.deepEqual(await filesWith(folder, 'stoppedsecret'), ['folkmoot.db']);
  {
    await using server = await startHomeserver({ folder });
    while ((await checkpoint(server), (await filesWith(folder, 'stoppedsecret')).length > 0))
      await new Promise(setImmediate);
  }
  await chainsOf({ folder });
});

test('[MOD-3] a ban with purge erases what was said, in every channel', async (t) => {
  const folder = await temporaryFolder(t);
  {
    await using server = await startHomeserver({ folder });
    const { owner, member, space } = await foundCommunity(server.url);
    const second = { space: space.id, channel: (await newChannel(owner, space, 'second')).id };
    await member.says(space, secret('purged', 500));
    await member.client.call(sendMessage, { params: second, body: { content: secret('purged', 2_000) } });
    await owner.client.call(banUser, {
      params: { space: space.id, user: member.account.id },
      body: { purge_seconds: 60 },
    });
    await checkpoint(server);
    assert.deepEqual(await filesWith(folder, 'purgedsecret'), []);
  }
  await chainsOf({ folder });
});
