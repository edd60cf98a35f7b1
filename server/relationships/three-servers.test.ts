import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as people from '@folkmoot/protocol-spec/schemas/client/relationships.ts';
import { createInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { getSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { asksToBeFriends, relationTo, writesTo } from '../testing/acquaintances.ts';
import { refused } from '../testing/community.ts';
import { TestNetwork } from '../testing/federated.ts';
import { type Person, person } from '../testing/people.ts';
import { Watcher } from '../testing/watching.ts';

const at = (who: Person) => `${who.account.handle}@${who.account.home}`;

async function befriend(one: Person, other: Person, sees: Watcher): Promise<void> {
  await asksToBeFriends(one, at(other));
  await sees.until(() => sees.state?.relationships.some(({ user }) => user.id === one.account.id));
  await other.client.call(people.acceptFriend, { params: { user: one.account.id } });
  while ((await relationTo(one, other)) !== 'friend') await new Promise((resolve) => setImmediate(resolve));
}

test('[DM-5] [PPL-6] a member from one homeserver brings a friend of a third into a group of another, and only there', async () => {
  await using network = await TestNetwork.open();
  const [a, b, c] = [await network.homeserver(), await network.homeserver(), await network.homeserver()];
  const [ada, bo, cy] = [await person(a.url), await person(b.url), await person(c.url)];
  using boSees = await Watcher.of(bo);
  using cySees = await Watcher.of(cy);
  await befriend(ada, bo, boSees);
  await befriend(bo, cy, cySees);
  const di = await person(a.url);
  const group = await writesTo(ada, bo.account.id, di.account.handle ?? '');
  await boSees.sees('space.joined', ({ space }) => space.id === group.id);
  await bo.client.call(people.addToGroup, { params: { space: group.id }, body: { users: [cy.account.id] } });
  await cySees.sees('space.joined', ({ space }) => space.id === group.id);
  await cy.says(group, 'hello from the third');
  await boSees.sees('message.created', ({ message }) => message.content === 'hello from the third');
  assert.deepEqual(
    (await ada.reads(group)).map(({ author }) => author.home),
    [c.name],
  );
  const opened = await ada.client.call(getSpace, { params: { space: group.id } });
  assert.equal(opened.people?.filter(({ member }) => member).length, 3);
  assert.equal(await refused(cy.client.call(createInvite, { params: { space: group.id }, body: {} })), 'forbidden');
});
