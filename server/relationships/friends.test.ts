import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { updateProfile } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import * as people from '@folkmoot/protocol-spec/schemas/client/relationships.ts';
import { befriend, asksToBeFriends, relationTo } from '../testing/acquaintances.ts';
import { refused } from '../testing/community.ts';
import { person } from '../testing/people.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';
import { Watcher } from '../testing/watching.ts';

const home = await startHomeserver();
after(() => home.close());
const two = () => Promise.all([person(home.url), person(home.url)]);
const handleOf = ({ account }: { account: { handle: string | null } }) => account.handle ?? '';

test('[REL-1] [REL-2] [REL-3] a friend request is asked by handle, seen at once, and accepted', async () => {
  const [ada, bo] = await two();
  using sees = await Watcher.of(bo);
  const asked = await asksToBeFriends(ada, handleOf(bo));
  assert.equal(asked.kind, 'outgoing');
  await sees.sees('relationship.updated', ({ relationship }) => relationship.kind === 'incoming');
  assert.equal((await asksToBeFriends(ada, bo.account.id)).kind, 'outgoing');
  await bo.client.call(people.acceptFriend, { params: { user: ada.account.id } });
  assert.equal(await relationTo(ada, bo), 'friend');
  assert.equal(await relationTo(bo, ada), 'friend');
  await ada.client.call(updateProfile, { body: { display_name: 'Ada the second' } });
  await sees.sees('user.updated', ({ user }) => user.display_name === 'Ada the second');
  using fresh = await Watcher.of(bo);
  assert.deepEqual(sees.state, fresh.state);
  assert.equal(sees.state?.relationships[0]?.user.display_name, 'Ada the second');
});

test('[REL-2] two who ask each other are friends', async () => {
  const [ada, bo] = await two();
  await asksToBeFriends(ada, handleOf(bo));
  assert.equal((await asksToBeFriends(bo, handleOf(ada))).kind, 'friend');
  assert.equal(await relationTo(ada, bo), 'friend');
});

test('[REL-4] declined, cancelled and ended is gone on both sides', async () => {
  const [ada, bo] = await two();
  const remove = (who: typeof ada, other: typeof ada) =>
    who.client.call(people.removeRelationship, { params: { user: other.account.id } });
  await asksToBeFriends(ada, handleOf(bo));
  await remove(bo, ada);
  assert.deepEqual([await relationTo(ada, bo), await relationTo(bo, ada)], ['none', 'none']);
  await asksToBeFriends(ada, handleOf(bo));
  await remove(ada, bo);
  assert.deepEqual([await relationTo(ada, bo), await relationTo(bo, ada)], ['none', 'none']);
  assert.equal(await refused(bo.client.call(people.acceptFriend, { params: { user: ada.account.id } })), 'not_found');
  await befriend(ada, bo);
  await remove(bo, ada);
  await remove(bo, ada);
  assert.deepEqual([await relationTo(ada, bo), await relationTo(bo, ada)], ['none', 'none']);
});

test('[REL-5] [REL-6] whoever blocks ends the friendship, and requests of the blocked change nothing and look the same', async () => {
  const [ada, bo] = await two();
  await befriend(ada, bo);
  using sees = await Watcher.of(bo);
  await bo.client.call(people.blockUser, { params: { user: ada.account.id } });
  await sees.sees('relationship.updated', ({ relationship }) => relationship.kind === 'blocked');
  assert.equal(await relationTo(ada, bo), 'none');
  assert.equal((await asksToBeFriends(ada, handleOf(bo))).kind, 'outgoing');
  assert.equal(await relationTo(bo, ada), 'blocked');
  assert.equal(await refused(asksToBeFriends(bo, handleOf(ada))), 'conflict');
  await bo.client.call(people.unblockUser, { params: { user: ada.account.id } });
  assert.equal(await relationTo(bo, ada), 'none');
  assert.equal(await relationTo(ada, bo), 'outgoing');
});

test('[REL-7] [REL-8] [REL-9] who does not want to be found looks like nobody', async () => {
  const [ada, bo] = await two();
  const found = await ada.client.call(people.lookUpUser, { body: { handle: handleOf(bo) } });
  assert.equal(found.id, bo.account.id);
  const elsewhere = { handle: `${handleOf(bo)}@${found.home}` };
  assert.equal((await ada.client.call(people.lookUpUser, { body: elsewhere })).id, bo.account.id);
  await bo.client.call(people.setPrivacy, { body: { found_by: 'acquaintances', requests_from: 'nobody' } });
  const lookUp = (handle: string) => refused(ada.client.call(people.lookUpUser, { body: { handle } }));
  assert.equal(await lookUp(handleOf(bo)), 'not_found');
  assert.equal(await lookUp('nobody_of_that_name'), 'not_found');
  const stranger = await person(home.url);
  assert.equal(await refused(asksToBeFriends(stranger, bo.account.id)), 'not_found');
  assert.equal((await asksToBeFriends(ada, bo.account.id)).kind, 'outgoing');
  assert.equal(await relationTo(bo, ada), 'none');
  const space = await bo.founds('Garden');
  await bo.invites(space, ada);
  assert.equal(await lookUp(handleOf(bo)), 'done');
  assert.equal(await refused(asksToBeFriends(ada, ada.account.id)), 'invalid_body');
});
