import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInvite, joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { kickMember, timeOutMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { leaveSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { foundCommunity, refused } from '../testing/community.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';

test('[SPC-6] leaving and joining again is no way around a timeout', async () => {
  let now = Date.now();
  await using server = await startHomeserver({ clock: { now: () => now } });
  const { owner, moderator, member, space } = await foundCommunity(server.url);
  const inSpace = { params: { space: space.id } };
  const { code } = await owner.client.call(createInvite, { ...inSpace, body: {} });
  const comesBack = async () => (await member.client.call(joinByInvite, { params: { code } })).me.timeout;
  const ofMember = { params: { space: space.id, user: member.account.id } };

  const until = now + 600_000;
  await moderator.client.call(timeOutMember, { ...ofMember, body: { until } });
  await member.client.call(leaveSpace, inSpace);
  assert.equal(await comesBack(), until);
  assert.equal(await refused(member.says(space, 'here I am again')), 'timed_out');
  await moderator.client.call(kickMember, { ...ofMember, body: {} });
  assert.equal(await comesBack(), until);

  await moderator.client.call(timeOutMember, { ...ofMember, body: { until: null } });
  await member.client.call(leaveSpace, inSpace);
  assert.equal(await comesBack(), null, 'one that was ended');
  await moderator.client.call(timeOutMember, { ...ofMember, body: { until } });
  await member.client.call(leaveSpace, inSpace);
  now = until;
  assert.equal(await comesBack(), null, 'one that is over');
});
