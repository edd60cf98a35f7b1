import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteAccount, updateProfile } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { markRead } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import * as people from '@folkmoot/protocol-spec/schemas/client/relationships.ts';
import { getSpace, leaveSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { accepts, befriend, blocks, relationTo, requestsOf, unblocks, writesTo } from '../testing/acquaintances.ts';
import { engines } from '../testing/engines.ts';
import { TestNetwork } from '../testing/federated.ts';
import { password, type Person, person, talkOf } from '../testing/people.ts';
import { Watcher } from '../testing/watching.ts';

for (const engine of engines) {
  test(`${engine.name}: people from the first request to the last, here and elsewhere`, async (t) => {
    const place = await engine.fresh(t);
    if (place === undefined) return;
    await using network = await TestNetwork.open();
    const environment: Record<string, string> = place.url === undefined ? {} : { FOLKMOOT_DATABASE: place.url };
    const here = await network.homeserver({ folder: place.folder, environment });
    const there = await network.homeserver();
    const [ada, bo] = [await person(here.url), await person(here.url)];
    const cy = await person(there.url);
    await befriend(ada, bo);
    await ada.client.call(people.setPrivacy, { body: { found_by: 'acquaintances', requests_from: 'acquaintances' } });
    assert.equal((await ada.client.call(people.getPrivacy)).found_by, 'acquaintances');
    const dm = await writesTo(ada, bo.account.id);
    await bo.says(dm, 'one');
    const last = await bo.says(dm, 'two');
    await blocks(ada, bo);
    const unread = async (who: Person) =>
      (await who.client.call(getSpace, { params: { space: dm.id } })).channels[0]?.view.unread;
    assert.deepEqual([(await ada.reads(dm)).length, await unread(ada)], [0, 0]);
    await unblocks(ada, bo);
    assert.deepEqual([(await ada.reads(dm)).length, await unread(ada)], [2, 2]);
    await ada.client.call(markRead, { params: talkOf(dm), body: { message: last.id } });

    const group = await writesTo(ada, bo.account.handle ?? '', `${cy.account.handle}@${there.name}`);
    using sees = await Watcher.of(cy);
    await sees.until(() => sees.state?.requests.length === 1);
    await accepts(bo, group);
    await accepts(cy, group);
    assert.equal((await requestsOf(bo)).length, 0);
    await ada.client.call(leaveSpace, { params: { space: group.id } });
    await sees.sees('space.updated', ({ space }) => space.owner === bo.account.id);
    await bo.client.call(updateProfile, { body: { display_name: 'Bo the brave' } });
    await sees.sees('user.updated', ({ user }) => user.display_name === 'Bo the brave');
    await cy.client.call(people.requestFriend, { body: { user: bo.account.id } });
    while ((await relationTo(bo, cy)) !== 'incoming') continue;
    await bo.client.call(deleteAccount, { body: { password } });
    await sees.sees('relationship.removed');
    assert.equal(await relationTo(ada, bo), 'none');
  });
}
