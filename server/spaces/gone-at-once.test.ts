import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { deedIn } from '../streams/deeds.ts';
import { foundCommunity, opens } from '../testing/community.ts';
import { person, talkOf } from '../testing/people.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';
import { Watcher } from '../testing/watching.ts';
import { inviteIdOf } from './invite-store.ts';

test('[GW-7] who is gone before anybody could be told that they came is counted once in and once out', async () => {
  await using server = await startHomeserver();
  const { owner, member, space } = await foundCommunity(server.url);
  const { code } = await owner.client.call(createInvite, { params: { space: space.id }, body: {} });
  const { committer, spaceLog } = server.homeserver;
  using mine = await Watcher.of(owner);
  using theirs = await Watcher.of(member);
  const { member_count: before } = await opens(owner, space);

  // In one transaction, so that both are told of together.
  for (const terms of [{}, { unlisted: true }]) {
    const user = (await person(server.url)).account.id;
    await committer.commit(async (tx) => {
      await spaceLog.submit(tx, deedIn(space.id, '_', user, 'member.join', { invite: inviteIdOf(code), ...terms }));
      await spaceLog.submit(tx, deedIn(space.id, '_', owner.account.id, 'member.kick', { user }));
    });
  }
  const { id } = await owner.says(space, 'and on we go');
  for (const watcher of [mine, theirs]) {
    await watcher.seesMessage(id, talkOf(space).channel);
    assert.equal(watcher.state?.spaces.find((one) => one.id === space.id)?.member_count, before);
  }
  assert.equal((await opens(owner, space)).member_count, before);
});
