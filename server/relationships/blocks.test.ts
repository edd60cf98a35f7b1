import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { getMessage, pinMessage, startTyping } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { setPresence } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { listMembers } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { befriend, blocks, unblocks, writesTo } from '../testing/acquaintances.ts';
import { refused } from '../testing/community.ts';
import { type Person, person, talkOf } from '../testing/people.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';
import { Watcher } from '../testing/watching.ts';

const home = await startHomeserver();
after(() => home.close());
const some = (count: number) => Promise.all(Array.from({ length: count }, () => person(home.url)));
const texts = async (who: Person, space: Parameters<Person['reads']>[0]) =>
  (await who.reads(space)).map(({ content }) => content);
const statusOf = (watcher: Watcher, { account }: Person) =>
  watcher.events.flatMap((event) =>
    event.t === 'presence.updated' && event.d.presence.user === account.id ? [event.d.presence.status] : [],
  );

test('[REL-6] what a blocked user writes in a direct message or group reaches nobody who blocks them, and is there again after', async () => {
  const [ada, bo, cy] = (await some(3)) as [Person, Person, Person];
  for (const other of [bo, cy]) await befriend(ada, other);
  const dm = await writesTo(ada, bo.account.id);
  const group = await writesTo(ada, bo.account.id, cy.account.id);
  await bo.says(dm, 'before');
  using sees = await Watcher.of(ada);
  await blocks(ada, bo);
  const hidden = await bo.says(dm, 'in between');
  await bo.client.call(pinMessage, { params: { ...talkOf(dm), message: hidden.id } });
  await bo.says(group, 'in the group');
  const proof = await cy.says(group, 'from cy');
  await sees.seesMessage(proof.id, talkOf(group).channel);
  assert.equal(sees.events.filter(({ t }) => t === 'message.created').length, 1);
  assert.deepEqual(await texts(ada, dm), []);
  assert.deepEqual(await texts(ada, group), ['from cy']);
  assert.deepEqual(await texts(bo, dm), ['before', 'in between']);
  assert.deepEqual(await texts(cy, group), ['in the group', 'from cy']);
  const params = { ...talkOf(dm), message: hidden.id };
  assert.equal(await refused(ada.client.call(getMessage, { params })), 'not_found');
  using blind = await Watcher.of(ada);
  assert.deepEqual(sees.state, blind.state);
  assert.equal(blind.state?.spaces.find(({ id }) => id === dm.id)?.channels[0]?.view.unread, 0);
  await unblocks(ada, bo);
  assert.deepEqual(await texts(ada, dm), ['before', 'in between']);
  const again = await bo.says(dm, 'after');
  await sees.seesMessage(again.id, talkOf(dm).channel);
  using fresh = await Watcher.of(ada);
  assert.deepEqual(sees.state, fresh.state);
});

test('[REL-6] in a community everybody is read by everybody, and neither of two is seen there or typing by the other', async () => {
  const [ada, bo, cy] = (await some(3)) as [Person, Person, Person];
  const space = await cy.founds('Square');
  await cy.invites(space, ada, bo);
  using a = await Watcher.of(ada);
  using b = await Watcher.of(bo);
  using c = await Watcher.of(cy);
  await blocks(ada, bo);
  for (const who of [ada, bo]) await who.client.call(startTyping, { params: talkOf(space) });
  await c.sees('typing.started', ({ user }) => user.id === ada.account.id);
  await c.sees('typing.started', ({ user }) => user.id === bo.account.id);
  const said = await bo.says(space, 'hello all');
  for (const watcher of [a, b]) await watcher.seesMessage(said.id, talkOf(space).channel);
  const typed = (watcher: Watcher, { account }: Person) =>
    watcher.events.some((event) => event.t === 'typing.started' && event.d.user.id === account.id);
  assert.deepEqual([typed(a, bo), typed(b, ada)], [false, false]);
  for (const [who, other] of [
    [ada, bo],
    [bo, ada],
  ] as const) {
    const { presences } = await who.client.call(listMembers, { params: { space: space.id }, query: {} });
    const shown = presences.find(({ user }) => user === other.account.id);
    assert.equal(shown?.status, 'offline');
  }
});

test('[PRE-4] [REL-6] friends are in view without being asked for, and go out of it with a block', async () => {
  const [ada, bo] = (await some(2)) as [Person, Person];
  using b = await Watcher.of(bo);
  using a = await Watcher.of(ada);
  await befriend(ada, bo);
  await b.until(() => statusOf(b, ada).at(-1) === 'online');
  await a.until(() => statusOf(a, bo).at(-1) === 'online');
  await ada.client.call(setPresence, { body: { status: 'dnd', text: 'painting' } });
  await b.until(() => statusOf(b, ada).at(-1) === 'dnd');
  await blocks(ada, bo);
  await b.until(() => statusOf(b, ada).at(-1) === 'offline');
  await a.until(() => statusOf(a, bo).at(-1) === 'offline');
});
