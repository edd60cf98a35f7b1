import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createInvite, previewInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { kickMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { deleteMessage, pinMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import * as people from '@folkmoot/protocol-spec/schemas/client/relationships.ts';
import { deleteSpace, getSpace, leaveSpace, updateSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { accepts, befriend, requestsOf, writesTo } from '../testing/acquaintances.ts';
import { refused } from '../testing/community.ts';
import { type Person, person, talkOf } from '../testing/people.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';
import { Watcher } from '../testing/watching.ts';

const home = await startHomeserver();
after(() => home.close());
const some = (count: number) => Promise.all(Array.from({ length: count }, () => person(home.url)));
const handleOf = ({ account }: Person) => account.handle ?? '';
const open = (who: Person, { id }: Space) => who.client.call(getSpace, { params: { space: id } });
const membersIn = (space: Space) => space.people?.filter(({ member }) => member).map(({ user }) => user.id);

test('[DM-1] [DM-2] [REQ-1] friends write each other at once, and always in the same place', async () => {
  const [ada, bo] = (await some(2)) as [Person, Person];
  await befriend(ada, bo);
  using sees = await Watcher.of(bo);
  const dm = await writesTo(ada, bo.account.id);
  assert.deepEqual([dm.kind, dm.name, dm.channels.length], ['dm', '', 1]);
  await sees.sees('space.joined', ({ space }) => space.id === dm.id);
  const sent = await ada.says(dm, 'hello');
  await sees.seesMessage(sent.id, talkOf(dm).channel);
  assert.equal((await writesTo(ada, handleOf(bo))).id, dm.id);
  assert.equal((await writesTo(bo, ada.account.id)).id, dm.id);
  const answer = await bo.says(dm, 'hello yourself');
  assert.deepEqual(
    (await ada.reads(dm)).map(({ content }) => content),
    ['hello', 'hello yourself'],
  );
  await sees.seesMessage(answer.id, talkOf(dm).channel);
  using fresh = await Watcher.of(bo);
  assert.ok(sees.state?.spaces[0]?.people?.every(({ member }) => member));
  assert.deepEqual(sees.state, fresh.state);
});

test('[REQ-1] [REQ-2] a stranger waits as a request that says nothing, and is read once it is accepted', async () => {
  const [ada, bo] = (await some(2)) as [Person, Person];
  using sees = await Watcher.of(bo);
  using writes = await Watcher.of(ada);
  const dm = await writesTo(ada, handleOf(bo));
  await ada.says(dm, 'buy my boat');
  await sees.sees('request.added', ({ request }) => request.space === dm.id);
  const [request] = await requestsOf(bo);
  assert.deepEqual(Object.keys(request ?? {}).sort(), ['from', 'kind', 'space', 'ts']);
  assert.equal(await refused(open(bo, dm)), 'not_found');
  assert.deepEqual(dm.people?.map(({ member }) => member).sort(), [false, true]);
  const opened = await accepts(bo, dm);
  assert.equal(membersIn(opened)?.length, 2);
  assert.deepEqual(
    (await bo.reads(dm)).map(({ content }) => content),
    ['buy my boat'],
  );
  assert.deepEqual(await requestsOf(bo), []);
  await sees.sees('request.removed');
  await writes.sees('space.people', ({ people: both }) => both.every(({ member }) => member));
  const last = await ada.says(dm, 'it is a good boat');
  await writes.seesMessage(last.id, talkOf(dm).channel);
  using fresh = await Watcher.of(ada);
  assert.deepEqual(writes.state, fresh.state);
});

test('[REQ-3] ignored, blocked, kept back and not answered yet look the same to the one who writes', async () => {
  const [ada, ignoring, blocking, private_, waiting] = (await some(5)) as [Person, Person, Person, Person, Person];
  await blocking.client.call(people.lookUpUser, { body: { handle: handleOf(ada) } });
  await blocking.client.call(people.blockUser, { params: { user: ada.account.id } });
  await private_.client.call(people.setPrivacy, { body: { found_by: 'everyone', requests_from: 'nobody' } });
  const seen: unknown[] = [];
  for (const other of [ignoring, blocking, private_, waiting]) {
    const dm = await writesTo(ada, handleOf(other));
    if (other === ignoring) await ignoring.client.call(people.ignoreRequest, { params: { space: dm.id } });
    await ada.says(dm, 'hello?');
    const again = await writesTo(ada, other.account.id);
    assert.equal(again.id, dm.id);
    const { member_count, people: both = [], kind, name } = await open(ada, dm);
    seen.push({ member_count, members: both.map(({ member }) => member).sort(), kind, name });
    assert.deepEqual((await requestsOf(other)).length, other === waiting ? 1 : 0);
  }
  assert.equal(new Set(seen.map((each) => JSON.stringify(each))).size, 1);
  assert.equal(
    await refused(ignoring.client.call(people.ignoreRequest, { params: { space: `s_${'a'.repeat(32)}` } })),
    'not_found',
  );
});

test('[DM-1] nobody writes to themselves or to whom they block', async () => {
  const [ada, bo] = (await some(2)) as [Person, Person];
  assert.equal(await refused(writesTo(ada, ada.account.id)), 'invalid_body');
  await befriend(ada, bo);
  await ada.client.call(people.blockUser, { params: { user: bo.account.id } });
  assert.equal(await refused(writesTo(ada, bo.account.id)), 'conflict');
});

test('[DM-3] [DM-4] in a direct message nobody stands above the other, and nobody else gets in', async () => {
  const [ada, bo, eve] = (await some(3)) as [Person, Person, Person];
  await befriend(ada, bo);
  const dm = await writesTo(ada, bo.account.id);
  const { id } = await bo.says(dm, 'mine');
  const inDm = { space: dm.id };
  assert.equal(
    await refused(ada.client.call(deleteMessage, { params: { ...talkOf(dm), message: id } })),
    'missing_permission',
  );
  await ada.client.call(pinMessage, { params: { ...talkOf(dm), message: id } });
  assert.equal(await refused(ada.client.call(createInvite, { params: inDm, body: {} })), 'forbidden');
  assert.equal(await refused(ada.client.call(updateSpace, { params: inDm, body: { name: 'Us' } })), 'forbidden');
  assert.equal(await refused(ada.client.call(deleteSpace, { params: inDm })), 'forbidden');
  const kick = { params: { ...inDm, user: bo.account.id }, body: {} };
  assert.equal(await refused(ada.client.call(kickMember, kick)), 'missing_permission');
  assert.equal(
    await refused(ada.client.call(people.addToGroup, { params: inDm, body: { users: [handleOf(eve)] } })),
    'not_found',
  );
});

test('[DM-5] [DM-6] [DM-7] a group is named by anybody, grows, and outlives the one who founded it', async () => {
  const [ada, bo, cy, di] = (await some(4)) as [Person, Person, Person, Person];
  for (const other of [bo, cy]) await befriend(ada, other);
  await befriend(bo, di);
  const group = await writesTo(ada, bo.account.id, cy.account.id);
  using sees = await Watcher.of(cy);
  assert.equal(group.kind, 'group');
  const inGroup = { space: group.id };
  await bo.client.call(updateSpace, { params: inGroup, body: { name: 'Sailing' } });
  await bo.client.call(people.addToGroup, { params: inGroup, body: { users: [handleOf(di), ada.account.id] } });
  await sees.sees('space.people', ({ people: all }) => all.length === 4);
  assert.equal(
    await refused(bo.client.call(kickMember, { params: { ...inGroup, user: cy.account.id }, body: {} })),
    'missing_permission',
  );
  await ada.client.call(leaveSpace, { params: inGroup });
  await sees.sees('space.updated', ({ space }) => space.owner === bo.account.id);
  await sees.sees('space.people', ({ people: all }) => all.every(({ user }) => user.id !== ada.account.id));
  await bo.client.call(kickMember, { params: { ...inGroup, user: di.account.id }, body: {} });
  await sees.sees('space.people', ({ people: all }) => all.length === 2);
  const last = await bo.says(group, 'only the two of us');
  await sees.seesMessage(last.id, talkOf(group).channel);
  using fresh = await Watcher.of(cy);
  assert.deepEqual(sees.state, fresh.state);
  assert.equal(await refused(open(di, group)), 'not_found');
});

test('[DM-7] one who left a direct message is asked back into it', async () => {
  const [ada, bo] = (await some(2)) as [Person, Person];
  await befriend(ada, bo);
  const dm = await writesTo(ada, bo.account.id);
  await bo.client.call(leaveSpace, { params: { space: dm.id } });
  assert.deepEqual((await open(ada, dm)).people?.length, 2);
  assert.equal((await writesTo(ada, bo.account.id)).id, dm.id);
  assert.equal(membersIn(await open(bo, dm))?.length, 2);
});

test('[DM-4] the invite of one is of no use to another (F131)', async () => {
  const [ada, bo, eve] = (await some(3)) as [Person, Person, Person];
  await writesTo(ada, handleOf(bo));
  const { space, code } = await home.homeserver.database.read(async (reader) => {
    const { sql } = await import('../storage/query.ts');
    const [row] = await reader.select(
      sql.selectFrom('message_requests').select(['space', 'code']).where('user', '=', bo.account.id),
    );
    return row as { space: string; code: string };
  });
  assert.equal(await refused(eve.client.call(previewInvite, { params: { code } })), 'not_found');
  const { joinByInvite } = await import('@folkmoot/protocol-spec/schemas/client/invites.ts');
  assert.equal(await refused(eve.client.call(joinByInvite, { params: { code }, body: {} })), 'invite_gone');
  assert.equal((await bo.client.call(joinByInvite, { params: { code }, body: {} })).id, space);
});

test('[REQ-1] [DM-1] whoever was ignored and becomes a friend, or is written to, is in the same direct message as before', async () => {
  const [ada, bo, cy] = (await some(3)) as [Person, Person, Person];
  const dm = await writesTo(ada, handleOf(bo));
  await ada.says(dm, 'before');
  await bo.client.call(people.ignoreRequest, { params: { space: dm.id } });
  using sees = await Watcher.of(bo);
  await befriend(ada, bo);
  await sees.sees('space.joined', ({ space }) => space.id === dm.id);
  assert.deepEqual(
    (await bo.reads(dm)).map(({ content }) => content),
    ['before'],
  );
  const other = await writesTo(ada, handleOf(cy));
  await cy.client.call(people.ignoreRequest, { params: { space: other.id } });
  assert.equal((await writesTo(cy, handleOf(ada))).id, other.id);
});
