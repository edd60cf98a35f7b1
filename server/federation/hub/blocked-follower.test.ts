import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockServer, unblockServer } from '@folkmoot/protocol-spec/schemas/client/blocked-servers.ts';
import { createInvite, joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { opens, refused } from '../../testing/community.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { type Person, person } from '../../testing/people.ts';
import { Watcher } from '../../testing/watching.ts';

test('[VIS-5] [MOD-6] the users of a blocked homeserver see that they are out, and may come back after it', async () => {
  await using network = await TestNetwork.open();
  const [a, b, c] = [await network.homeserver(), await network.homeserver(), await network.homeserver()];
  const alice = await person(a.url, 'alice');
  const [bob, carol] = [await person(b.url, 'bob'), await person(c.url, 'carol')];
  const space = await alice.founds('Orderly');
  const joins = async (guest: Person) => {
    const { code } = await alice.client.call(createInvite, { params: { space: space.id }, body: {} });
    return guest.client.call(joinByInvite, { params: { code }, body: { via: a.name } });
  };
  for (const guest of [bob, carol]) await joins(guest);
  using atBob = await Watcher.of(bob);
  using atCarol = await Watcher.of(carol);
  const params = { space: space.id, server: b.name };
  await alice.client.call(blockServer, { params, body: {} });
  await atBob.sees('space.left', ({ space: left, reason }) => left === space.id && reason === 'server_blocked');
  await atCarol.sees('member.left', ({ user }) => user === bob.account.id);
  assert.equal((await opens(carol, space)).member_count, 2);
  assert.equal(await refused(opens(bob, space)), 'not_found');
  assert.equal(await refused(joins(bob)), 'server_blocked');
  await alice.client.call(unblockServer, { params });
  assert.equal((await joins(bob)).member_count, 3);
});
