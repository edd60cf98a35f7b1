import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setOverride } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { permissionNames } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { foundCommunity, newRole, refused } from '../testing/community.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';

test('[CHN-4] a channel takes as many overrides as its limit says, however much each of them says', async () => {
  await using server = await startHomeserver();
  const { owner, member, space, talk } = await foundCommunity(server.url);
  const sets = (target: string, who = owner) =>
    who.client.call(setOverride, {
      params: { ...talk, target },
      body: { allow: permissionNames, deny: permissionNames },
    });
  for (let n = 0; n < limits.overridesPerChannel; n++) {
    await sets((await newRole(owner, space, { name: `Role ${n}` })).id);
  }
  assert.equal(await refused(sets(member.account.id)), 'limit_reached');
  assert.equal(await refused(sets(member.account.id, member)), 'missing_permission');
});
