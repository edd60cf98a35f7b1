import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInvite, joinByInvite, listInvites } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { query, sql } from '../storage/query.ts';
import { foundCommunity, refused } from '../testing/community.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';

const fill = query<{ space: string; creator: string; expires: number; from: number; to: number }>()(
  (p) => sql`
    INSERT INTO invites (space, id, creator, created, expires, max_uses, uses, role)
    WITH RECURSIVE n(i) AS (SELECT 1 * ${p.from} UNION ALL SELECT i + 1 FROM n WHERE i < ${p.to})
    SELECT ${p.space}, 'n_' || i, ${p.creator}, 0, ${p.expires}, NULL, 0, NULL FROM n`,
);

test('[INV-1] [INV-2] invites that expired cost nobody anything, those that work are limited', async () => {
  let now = Date.now();
  await using server = await startHomeserver({ clock: { now: () => now } });
  const { owner, member, stranger, space } = await foundCommunity(server.url);
  const inSpace = { params: { space: space.id } };
  const creates = (body: { max_uses?: number; expires_in?: number | null }) =>
    member.client.call(createInvite, { ...inSpace, body });
  const works = async () => (await owner.client.call(listInvites, inSpace)).invites.map(({ id }) => id);

  const [first] = await works();
  const forEver = await creates({ expires_in: null });
  const once = await creates({ max_uses: 1 });
  now += 1_000;
  const short = await creates({ expires_in: 600 });
  assert.deepEqual((await works()).toSorted(), [first, forEver.invite.id, once.invite.id, short.invite.id].toSorted());
  assert.equal((await works())[0], short.invite.id, 'the newest one first');
  await stranger.client.call(joinByInvite, { params: { code: once.code } });
  now += 600_000;
  assert.deepEqual((await works()).toSorted(), [first, forEver.invite.id].toSorted());

  const { committer } = server.homeserver;
  const stored = { space: space.id, creator: member.account.id };
  await committer.commit((tx) => tx.run(fill, { ...stored, expires: now - 1, from: 1, to: 100_000 }));
  const started = process.cpuUsage();
  for (let n = 0; n < 10; n++) await creates({});
  const { user } = process.cpuUsage(started);
  assert.ok(user < 1_000_000, `10 invites took ${user} µs`);

  await committer.commit((tx) =>
    tx.run(fill, { ...stored, expires: now + 1_000, from: 200_001, to: 200_000 + limits.invitesPerSpace - 12 }),
  );
  assert.equal(await refused(creates({})), 'limit_reached');
});
