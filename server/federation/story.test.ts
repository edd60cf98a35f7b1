import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInvite, joinByInvite, previewInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { TestNetwork } from '../testing/federated.ts';
import { type Person, person, talkOf } from '../testing/people.ts';
import { Watcher } from '../testing/watching.ts';

/** Joins with the link of another homeserver, at the own one. */
async function joinsFrom(via: string, space: Space, host: Person, guest: Person): Promise<Space> {
  const { code } = await host.client.call(createInvite, { params: { space: space.id }, body: {} });
  const preview = await guest.client.call(previewInvite, { params: { code }, query: { via } });
  assert.deepEqual([preview.space.name, preview.member], [space.name, false]);
  return guest.client.call(joinByInvite, { params: { code }, body: { via } });
}

test('[FOL-1] somebody joins a community of another homeserver, and messages cross in both directions', async () => {
  await using network = await TestNetwork.open();
  const [a, b] = [await network.homeserver(), await network.homeserver()];
  const [alice, bob] = [await person(a.url, 'alice'), await person(b.url, 'bob')];
  const founded = await alice.founds('Across');
  await alice.says(founded, 'before anybody came');
  const joined = await joinsFrom(a.name, founded, alice, bob);
  assert.deepEqual([joined.id, joined.name, joined.hub, joined.member_count], [founded.id, 'Across', a.name, 2]);
  using atAlice = await Watcher.of(alice);
  using atBob = await Watcher.of(bob);
  const { channel } = talkOf(founded);
  const hello = await bob.says(joined, 'hello from b');
  await atAlice.seesMessage(hello.id, channel);
  const answer = await alice.says(founded, 'hello from a');
  await atBob.seesMessage(answer.id, channel);
  assert.deepEqual(
    (await bob.reads(joined)).map(({ content, author }) => [author.handle, content]),
    [
      ['alice', 'before anybody came'],
      ['bob', 'hello from b'],
      ['alice', 'hello from a'],
    ],
  );
});
