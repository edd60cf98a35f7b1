import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setOverride } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { timeOutMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { explainPermission } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Permission } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { type Community, foundCommunity, gives, newChannel, newRole, refused } from '../testing/community.ts';
import type { Person } from '../testing/people.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';

async function explained(
  by: Person,
  { space, talk }: Community,
  about: Person,
  permission: Permission,
  channel = talk.channel,
) {
  const query = { user: about.account.id, channel };
  const { permissions } = await by.client.call(explainPermission, { params: { space: space.id }, query });
  const { allowed, by: decidedBy, source_name } = permissions.find((one) => one.permission === permission)!;
  return { allowed, by: decidedBy, ...(source_name === undefined ? {} : { source_name }) };
}

test('[PERM-4] what decides is named: owner, role, override, member, timeout', async () => {
  await using server = await startHomeserver();
  const community = await foundCommunity(server.url);
  const { owner, moderator, member, space, talk } = community;
  const deny = (target: string, ...bits: Permission[]) =>
    owner.client.call(setOverride, { params: { ...talk, target }, body: { allow: [], deny: bits } });
  const allow = (target: string, ...bits: Permission[]) =>
    owner.client.call(setOverride, { params: { ...talk, target }, body: { allow: bits, deny: [] } });
  const about = (permission: Permission) => explained(owner, community, member, permission);

  assert.deepEqual(await explained(owner, community, owner, 'member.ban'), {
    allowed: true,
    by: 'owner',
    source_name: owner.account.display_name,
  });
  assert.deepEqual(await explained(owner, community, moderator, 'member.ban'), {
    allowed: true,
    by: 'role',
    source_name: 'Moderator',
  });
  assert.deepEqual(await about('message.send'), { allowed: true, by: 'role', source_name: 'everyone' });
  assert.deepEqual(await about('member.ban'), { allowed: false, by: 'nothing' });

  await deny('everyone', 'message.send');
  assert.deepEqual(await about('message.send'), { allowed: false, by: 'override', source_name: 'everyone' });
  const writer = await newRole(owner, space, { name: 'Writer', rank: 2 });
  await gives(owner, space, writer, member);
  await allow(writer.id, 'message.send');
  assert.deepEqual(await about('message.send'), { allowed: true, by: 'override', source_name: 'Writer' });
  await deny(member.account.id, 'message.send');
  assert.deepEqual(await about('message.send'), {
    allowed: false,
    by: 'override',
    source_name: member.account.display_name,
  });
  await owner.client.call(timeOutMember, {
    params: { space: space.id, user: member.account.id },
    body: { until: Date.now() + 60_000 },
  });
  assert.deepEqual(await about('reaction.add'), {
    allowed: false,
    by: 'timeout',
    source_name: member.account.display_name,
  });
});

test('[PERM-4] about others it is for those who manage roles, about a hidden channel for nobody who may not see it', async () => {
  await using server = await startHomeserver();
  const community = await foundCommunity(server.url);
  const { owner, member, moderator, space } = community;
  assert.equal(await refused(explained(member, community, moderator, 'message.send')), 'missing_permission');
  assert.equal((await explained(member, community, member, 'message.send')).allowed, true);
  const { id: hidden } = await newChannel(owner, space, 'hidden', { private: true });
  const unknown = `c_${'a'.repeat(26)}`;
  for (const channel of [hidden, unknown])
    assert.equal(await refused(explained(member, community, member, 'message.send', channel)), 'not_found');
  await gives(
    owner,
    space,
    await newRole(owner, space, { name: 'Administrator', rank: 90, permissions: ['administrator'] }),
    moderator,
  );
  assert.deepEqual(await explained(moderator, community, moderator, 'message.send', hidden), {
    allowed: true,
    by: 'administrator',
    source_name: 'Administrator',
  });
});
