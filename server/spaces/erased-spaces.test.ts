import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteChannel, updateChannel } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { deleteSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { sql } from '../storage/query.ts';
import { foundCommunity, newChannel } from '../testing/community.ts';
import { startHomeserver, type TestHomeserver } from '../testing/start-homeserver.ts';

/** Whether a text is in any payload or message that is kept. */
async function isKept({ homeserver }: TestHomeserver, text: string): Promise<boolean> {
  const lines = sql.selectFrom('lines').select('payload as text');
  const messages = sql.selectFrom('messages').select('content as text');
  const rows = await homeserver.database.read(async (reader) => [
    ...(await reader.select(lines)),
    ...(await reader.select(messages)),
  ]);
  return rows.some((row) => row.text?.includes(text));
}

async function erased({ homeserver }: TestHomeserver): Promise<void> {
  const left = () => homeserver.database.read((reader) => reader.select(sql.selectFrom('erased_streams').selectAll()));
  while ((await left()).length > 0) await new Promise(setImmediate);
}

test('[CHN-3] of a deleted channel nothing is left but that it was deleted, its first event included', async () => {
  await using server = await startHomeserver();
  const { owner, space } = await foundCommunity(server.url);
  const { id: channel } = await newChannel(owner, space, 'first name of it');
  const params = { space: space.id, channel };
  await owner.client.call(updateChannel, { params, body: { name: 'second name', topic: 'what it was about' } });
  const texts = Array.from({ length: 450 }, (_, n) => `said ${n}`);
  await Promise.all(texts.map((content) => owner.client.call(sendMessage, { params, body: { content } })));
  await owner.client.call(deleteChannel, { params });
  await erased(server);
  for (const text of ['first name of it', 'what it was about', 'said 1'])
    assert.equal(await isKept(server, text), false, text);
});

test('[SPC-5] what was said in a deleted space is erased, and nothing elsewhere', async () => {
  await using server = await startHomeserver();
  const { owner, member, space, square } = await foundCommunity(server.url);
  await member.says(space, 'in the community');
  await member.says(square, 'on the square');
  await owner.client.call(deleteSpace, { params: { space: space.id } });
  await erased(server);
  assert.equal(await isKept(server, 'in the community'), false);
  assert.equal(await isKept(server, 'on the square'), true);
});
