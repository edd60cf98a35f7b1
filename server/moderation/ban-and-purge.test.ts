import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setOverride } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { banUser } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { editMessage, sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { sql } from '../storage/query.ts';
import { foundCommunity, newChannel } from '../testing/community.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';

const MESSAGES = 640;
const allPayloads = sql.selectFrom('lines').select('payload');

test('[MOD-3] a purge erases all that was written in that time, in steps between which others get their turn', async () => {
  let now = Date.now();
  await using server = await startHomeserver({ clock: { now: () => now } });
  const { owner, moderator, member, space, talk } = await foundCommunity(server.url);
  const hidden = await newChannel(owner, space, 'hidden');
  const inHidden = { params: { space: space.id, channel: hidden.id }, body: { content: 'not for the moderator' } };
  await member.client.call(sendMessage, inHidden);
  await owner.client.call(setOverride, {
    params: { ...inHidden.params, target: 'everyone' },
    body: { allow: [], deny: ['channel.view'] },
  });
  await member.says(space, 'long ago');
  now += 3_600_000;
  await owner.says(space, 'of somebody else');
  const flood = await Promise.all(Array.from({ length: MESSAGES }, (_, n) => member.says(space, `spam ${n}`)));
  for (const { id } of flood.slice(0, 40)) {
    await member.client.call(editMessage, { params: { ...talk, message: id }, body: { content: 'spam, edited' } });
  }

  let commits = 0;
  server.homeserver.committer.onCommit(() => commits++);
  await moderator.client.call(banUser, {
    params: { space: space.id, user: member.account.id },
    body: { purge_seconds: 60 },
  });
  assert.ok(commits >= 5, `${MESSAGES} messages were erased in ${commits} transactions`);
  assert.deepEqual(
    (await owner.reads(space)).map(({ content }) => content),
    ['long ago', 'of somebody else'],
  );
  const kept = await server.homeserver.database.read((reader) => reader.select(allPayloads));
  assert.equal(kept.filter(({ payload }) => payload?.includes('spam')).length, 0);
  assert.equal(kept.filter(({ payload }) => payload?.includes('not for the moderator')).length, 1);
});
