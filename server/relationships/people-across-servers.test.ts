import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { deleteAccount, getUser, setPresence, updateProfile } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import * as people from '@folkmoot/protocol-spec/schemas/client/relationships.ts';
import { getSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import {
  accepts,
  asksToBeFriends,
  blocks,
  relationTo,
  requestsOf,
  unblocks,
  writesTo,
} from '../testing/acquaintances.ts';
import { refused } from '../testing/community.ts';
import { createGatewayClient, gatewayUrl } from '@folkmoot/protocol-spec/client/gateway-client.ts';
import { createInvite, joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { sql } from '../storage/query.ts';
import { TestNetwork } from '../testing/federated.ts';
import { password, type Person, person, talkOf } from '../testing/people.ts';
import { Watcher } from '../testing/watching.ts';

const network = await TestNetwork.open();
after(() => network[Symbol.asyncDispose]());
const [a, b] = [await network.homeserver(), await network.homeserver()];
const at = (who: Person) => `${who.account.handle}@${who.account.home}`;
const two = () => Promise.all([person(a.url), person(b.url)]);
const statusOf = (watcher: Watcher, { account }: Person) =>
  watcher.events.flatMap((event) =>
    event.t === 'presence.updated' && event.d.presence.user === account.id ? [event.d.presence.status] : [],
  );

/** Whether a homeserver has a message with this text, whoever may read it. */
async function isKept({ homeserver }: typeof a, content: string): Promise<boolean> {
  const found = sql.selectFrom('messages').select('seq').where('content', '=', content);
  return (await homeserver.database.read((reader) => reader.select(found))).length > 0;
}

/** Two people of two homeservers, each at a screen, who are friends. */
async function friends() {
  const [ada, bo] = await two();
  const [sees, seen] = [await Watcher.of(ada), await Watcher.of(bo)];
  await asksToBeFriends(ada, at(bo));
  await seen.sees('relationship.updated', ({ relationship }) => relationship.kind === 'incoming');
  await bo.client.call(people.acceptFriend, { params: { user: ada.account.id } });
  await sees.sees('relationship.updated', ({ relationship }) => relationship.kind === 'friend');
  return { ada, bo, sees, seen, [Symbol.dispose]: () => [sees, seen].forEach((watcher) => watcher[Symbol.dispose]()) };
}

test('[PPL-1] [PPL-2] [PPL-5] people of two homeservers find each other and become friends', async () => {
  using both = await friends();
  const { ada, bo, sees, seen } = both;
  const { user } = sees.state!.relationships[0]!;
  assert.deepEqual([user.handle, user.home], [bo.account.handle, b.name]);
  assert.equal((await ada.client.call(getUser, { params: { user: bo.account.id } })).home, b.name);
  await bo.client.call(people.removeRelationship, { params: { user: ada.account.id } });
  await sees.sees('relationship.removed');
  assert.deepEqual([await relationTo(ada, bo), await relationTo(bo, ada)], ['none', 'none']);
  await asksToBeFriends(bo, at(ada));
  await sees.until(() => sees.state?.relationships[0]?.kind === 'incoming');
  await ada.client.call(people.removeRelationship, { params: { user: bo.account.id } });
  await seen.until(() => seen.state?.relationships.length === 0);
});

test('[PPL-2] whoever does not want to be found looks like nobody, and a homeserver that is not there says so', async () => {
  const [ada, bo] = await two();
  await bo.client.call(people.setPrivacy, { body: { found_by: 'nobody', requests_from: 'everyone' } });
  const lookUp = (handle: string) => refused(ada.client.call(people.lookUpUser, { body: { handle } }));
  assert.equal(await lookUp(at(bo)), 'not_found');
  assert.equal(await lookUp(`nobody@${b.name}`), 'not_found');
});

test('[DM-1] [PPL-6] friends of two homeservers write each other at once, in the same place from both sides', async () => {
  using both = await friends();
  const { ada, bo, sees, seen } = both;
  const dm = await writesTo(ada, bo.account.id);
  await seen.sees('space.joined', ({ space }) => space.id === dm.id);
  await ada.says(dm, 'hello');
  await seen.sees('message.created', ({ message }) => message.content === 'hello');
  await bo.says(dm, 'hello yourself');
  await sees.sees('message.created', ({ message }) => message.content === 'hello yourself');
  assert.equal((await writesTo(bo, ada.account.id)).id, dm.id);
  const opened = await bo.client.call(getSpace, { params: { space: dm.id } });
  assert.deepEqual(
    opened.people?.map(({ member }) => member),
    [true, true],
  );
  assert.deepEqual(
    (await bo.reads(dm)).map(({ content }) => content),
    ['hello', 'hello yourself'],
  );
});

test('[REQ-1] [REQ-2] [PPL-6] a stranger of another homeserver waits, and is read once accepted', async () => {
  const [ada, bo] = await two();
  using seen = await Watcher.of(bo);
  const dm = await writesTo(ada, at(bo));
  await ada.says(dm, 'you do not know me');
  await seen.sees('request.added', ({ request }) => request.space === dm.id);
  assert.equal(await refused(bo.client.call(getSpace, { params: { space: dm.id } })), 'not_found');
  await accepts(bo, dm);
  assert.deepEqual(
    (await bo.reads(dm)).map(({ content }) => content),
    ['you do not know me'],
  );
  assert.deepEqual(await requestsOf(bo), []);
});

test('[REL-6] what a blocked user of another homeserver asks and writes reaches nobody', async () => {
  using both = await friends();
  const { ada, bo, sees, seen } = both;
  const dm = await writesTo(ada, bo.account.id);
  await seen.sees('space.joined', ({ space }) => space.id === dm.id);
  await blocks(bo, ada);
  await sees.sees('relationship.removed');
  await ada.says(dm, 'are you there?');
  assert.equal((await asksToBeFriends(ada, bo.account.id)).kind, 'outgoing');
  const proof = await person(a.url);
  await asksToBeFriends(proof, at(bo));
  await seen.sees('relationship.updated', ({ relationship }) => relationship.user.id === proof.account.id);
  assert.equal(await relationTo(bo, ada), 'blocked');
  while (!(await isKept(b, 'are you there?'))) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual((await bo.reads(dm)).length, 0);
  await unblocks(bo, ada);
  assert.deepEqual(
    (await bo.reads(dm)).map(({ content }) => content),
    ['are you there?'],
  );
});

test('[DM-5] a group of people of two homeservers grows from either side', async () => {
  using both = await friends();
  const { ada, bo, sees, seen } = both;
  const [cy, di] = await two();
  const group = await writesTo(ada, bo.account.id, at(di));
  await seen.sees('space.joined', ({ space }) => space.id === group.id);
  await bo.client.call(people.addToGroup, { params: { space: group.id }, body: { users: [at(cy)] } });
  await sees.sees('space.people', ({ people: all }) => all.length === 4);
  using cySees = await Watcher.of(cy);
  await cySees.until(() => cySees.state?.requests.some(({ space }) => space === group.id));
  const joined: Space = await accepts(cy, group);
  await cy.says(joined, 'hello all');
  await seen.sees('message.created', ({ message }) => message.content === 'hello all');
  using diSees = await Watcher.of(di);
  await diSees.until(() => diSees.state?.requests.some(({ space }) => space === group.id));
  await accepts(di, group);
  assert.deepEqual(
    (await di.reads(group)).map(({ content }) => content),
    ['hello all'],
  );
});

test('[PPL-9] [PPL-10] friends of another homeserver are seen coming and going, and not by whom they block', async () => {
  using both = await friends();
  const { ada, bo, sees, seen } = both;
  await sees.until(() => statusOf(sees, bo).at(-1) === 'online');
  await seen.until(() => statusOf(seen, ada).at(-1) === 'online');
  await ada.client.call(setPresence, { body: { status: 'dnd', text: 'painting' } });
  await seen.until(() => statusOf(seen, ada).at(-1) === 'dnd');
  await ada.client.call(people.blockUser, { params: { user: bo.account.id } });
  await seen.until(() => statusOf(seen, ada).at(-1) === 'offline');
  await sees.until(() => statusOf(sees, bo).at(-1) === 'offline');
});

test('[PPL-7] [PPL-8] a new name reaches friends of other homeservers, and a deleted account is forgotten there', async () => {
  using both = await friends();
  const { ada, bo, seen } = both;
  const dm = await writesTo(ada, bo.account.id);
  await seen.sees('space.joined', ({ space }) => space.id === dm.id);
  const sent = await ada.says(dm, 'so long');
  await seen.seesMessage(sent.id, talkOf(dm).channel);
  await ada.client.call(updateProfile, { body: { display_name: 'Ada of the sea' } });
  await seen.sees('user.updated', ({ user }) => user.display_name === 'Ada of the sea');
  assert.equal(seen.state?.relationships[0]?.user.display_name, 'Ada of the sea');
  await ada.client.call(deleteAccount, { body: { password } });
  await seen.sees('relationship.removed');
  const [message] = await bo.reads(dm);
  assert.deepEqual([message?.author.handle, message?.author.display_name], [null, 'Deleted user']);
});

test('[PPL-3] [PPL-9] the profile of a friend elsewhere is read there, and whoever shares a community is seen when in view', async () => {
  using both = await friends();
  const { ada, bo, sees, seen } = both;
  await bo.client.call(updateProfile, { body: { bio: 'Sails boats', pronouns: 'she/her' } });
  await sees.until(() => sees.events.some(({ t }) => t === 'user.updated'));
  assert.equal((await ada.client.call(getUser, { params: { user: bo.account.id } })).bio, 'Sails boats');
  const [cy, di] = await two();
  const space = await cy.founds('Harbour');
  const { code } = await cy.client.call(createInvite, { params: { space: space.id }, body: {} });
  await di.client.call(joinByInvite, { params: { code }, body: { via: a.name } });
  await di.client.call(updateProfile, { body: { bio: 'Fishes' } });
  assert.equal((await cy.client.call(getUser, { params: { user: di.account.id } })).bio, 'Fishes');
  assert.equal(await refused(ada.client.call(getUser, { params: { user: di.account.id } })), 'not_found');
  const eyes = createGatewayClient({
    url: gatewayUrl(b.url),
    token: () => di.token,
    onReady: () => eyes.watch([cy.account.id]),
    onEvent: (event) => void (event.t === 'presence.updated' && status.resolve(event.d.presence.status)),
  });
  const status = Promise.withResolvers<string>();
  using _ = await Watcher.of(cy);
  assert.equal(await status.promise, 'online');
  eyes.close();
  assert.equal(seen.openings, 1);
});
