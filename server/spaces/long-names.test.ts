import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listMembers, updateMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { foundCommunity } from '../testing/community.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';

test('[MEM-1] no nick name is so long, once folded, that the member list ends at it', async () => {
  await using server = await startHomeserver();
  const { owner, moderator, member, space } = await foundCommunity(server.url);
  // One character that stands for a sentence of 18.
  const nick = '\ufdfa'.repeat(64);
  for (const { client, account } of [owner, member]) {
    await client.call(updateMember, { params: { space: space.id, user: account.id }, body: { nick } });
  }
  const found: string[] = [];
  let after: string | null = null;
  do {
    const query = { limit: 1, ...(after === null ? {} : { after }) };
    const page: { members: { user: { id: string } }[]; next: string | null } = await moderator.client.call(
      listMembers,
      { params: { space: space.id }, query },
    );
    found.push(...page.members.map(({ user }) => user.id));
    after = page.next;
  } while (after !== null);
  assert.deepEqual(found.sort(), [owner, moderator, member].map(({ account }) => account.id).sort());
});
