import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteAccount } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { createInvite, joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { createSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { foundCommunity, opens, refused } from '../testing/community.ts';
import { password, type Person } from '../testing/people.ts';
import { startHomeserver, type TestHomeserver } from '../testing/start-homeserver.ts';

/** The next deed that waits for its transaction finds the account of its actor gone. */
function deletesBeforeTheNextDeed({ homeserver: { committer } }: TestHomeserver, who: Person): void {
  const { commit } = committer;
  committer.commit = async (work) => {
    committer.commit = commit;
    await who.client.call(deleteAccount, { body: { password } });
    return commit(work);
  };
}

test('[ACC-8] nobody joins or founds a space with an account that was deleted meanwhile', async () => {
  await using server = await startHomeserver();
  const { owner, member, stranger, space } = await foundCommunity(server.url);
  const { code } = await owner.client.call(createInvite, { params: { space: space.id }, body: {} });

  deletesBeforeTheNextDeed(server, stranger);
  assert.equal(await refused(stranger.client.call(joinByInvite, { params: { code } })), 'session_ended');
  deletesBeforeTheNextDeed(server, member);
  assert.equal(await refused(member.client.call(createSpace, { body: { name: 'Nobody owns this' } })), 'session_ended');
  assert.equal((await opens(owner, space)).member_count, 2);
});
