import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listMembers } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { deleteRole, updateRole } from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import { query, sql } from '../storage/query.ts';
import { foundCommunity, gives, newRole } from '../testing/community.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';

const HOLDERS = 30_000;
const fill = query<{ space: string; roles: string; count: number }>()(
  (p) => sql`
    INSERT INTO members (space, "user", nick, roles, joined, timeout, sort_rank, sort_name)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${p.count})
    SELECT ${p.space}, 'u_' || i, NULL, ${p.roles}, 0, NULL, 0, 'holder ' || i FROM n`,
);

test('[ROL-2] [ROL-3] a role of very many members is changed and deleted without holding everybody up', async () => {
  await using server = await startHomeserver();
  const { owner, member, moderator, space } = await foundCommunity(server.url);
  const role = await newRole(owner, space, { name: 'Citizen', rank: 5 });
  const other = await newRole(owner, space, { name: 'Other', rank: 60, hoist: true });
  await gives(owner, space, role, member);
  await gives(owner, space, role, moderator);
  await gives(owner, space, other, moderator);
  const { committer, database } = server.homeserver;
  await committer.commit((tx) => tx.run(fill, { space: space.id, roles: JSON.stringify([role.id]), count: HOLDERS }));
  const ranks = (rank: number) =>
    database.read((reader) =>
      reader.select(
        sql.selectFrom('members').select('user').where('space', '=', space.id).where('sort_rank', '=', rank),
      ),
    );
  const params = { space: space.id, role: role.id };

  const started = process.cpuUsage();
  await owner.client.call(updateRole, { params, body: { hoist: true, rank: 7 } });
  assert.equal((await ranks(7)).length, HOLDERS + 1);
  await owner.client.call(deleteRole, { params });
  const { user } = process.cpuUsage(started);
  assert.ok(user < 3_000_000, `it took ${user} µs`);
  assert.equal((await ranks(0)).length, HOLDERS + 2);
  const { members } = await owner.client.call(listMembers, { params: { space: space.id }, query: { limit: 1 } });
  assert.deepEqual(members[0]?.user.id, moderator.account.id);
  assert.ok(!members[0]?.roles.includes(role.id));
});
