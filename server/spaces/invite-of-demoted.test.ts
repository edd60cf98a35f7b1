import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInvite, joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { takeRole } from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import { leaveSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { foundCommunity, gives, newRole } from '../testing/community.ts';
import { person } from '../testing/people.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';

test('[INV-6] an invite gives its role as long as its creator could give it, so that nobody raises themselves again', async () => {
  await using server = await startHomeserver();
  const { owner, member, stranger, space } = await foundCommunity(server.url);
  const chief = await newRole(owner, space, {
    name: 'Chief',
    rank: 40,
    permissions: ['role.manage', 'message.manage'],
  });
  const helper = await newRole(owner, space, { name: 'Helper', rank: 10, permissions: ['message.manage'] });
  await gives(owner, space, chief, member);
  const inSpace = { params: { space: space.id } };
  const { code } = await member.client.call(createInvite, { ...inSpace, body: { role: helper.id } });
  const join = { params: { code } };
  assert.deepEqual((await stranger.client.call(joinByInvite, join)).me.roles, [helper.id]);

  await owner.client.call(takeRole, { params: { space: space.id, user: member.account.id, role: chief.id } });
  assert.deepEqual((await (await person(server.url)).client.call(joinByInvite, join)).me.roles, []);
  await member.client.call(leaveSpace, inSpace);
  assert.deepEqual((await member.client.call(joinByInvite, join)).me.roles, []);
});
