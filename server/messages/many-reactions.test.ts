import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addReaction } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { query, sql } from '../storage/query.ts';
import { foundCommunity, refused } from '../testing/community.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';

const REACTIONS = 100_000;
const fill = query<{ stream_no: number; epoch: number; seq: number; count: number }>()(
  (p) => sql`
    INSERT INTO reactions (stream_no, epoch, seq, emoji, "user", ts)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${p.count})
    SELECT ${p.stream_no}, ${p.epoch}, ${p.seq}, '👍', 'u_' || i, i FROM n`,
);

test('[MSG-5] one more reaction costs the same where a hundred thousand are there already', async () => {
  await using server = await startHomeserver();
  const { owner, member, moderator, space, talk } = await foundCommunity(server.url);
  const { id: message } = await owner.says(space, 'hello');
  const { database, committer } = server.homeserver;
  const [place] = await database.read((reader) =>
    reader.select(sql.selectFrom('messages').select(['stream_no', 'epoch', 'seq'])),
  );
  if (!place) throw new Error('no message');
  await committer.commit((tx) => tx.run(fill, { ...place, count: REACTIONS }));
  const react = (who: typeof owner, emoji: string) =>
    who.client.call(addReaction, { params: { ...talk, message, emoji } });

  await react(owner, '👍');
  const started = process.cpuUsage();
  for (const who of [member, moderator]) for (let n = 0; n < 10; n++) await react(who, '👍');
  const { user } = process.cpuUsage(started);
  assert.ok(user < 1_000_000, `20 reactions took ${user} µs`);

  const others = [...'😀😁😂😃😄😅😆😉😊😋😎😍😘😗😙😚🙂🤗🤔'];
  for (const emoji of others) await react(owner, emoji);
  assert.equal(others.length + 1, limits.emojiPerMessage);
  assert.equal(await refused(react(owner, '🎉')), 'limit_reached');
  assert.equal(await refused(react(member, '😀')), 'done', 'one that is there already');
});
