import assert from 'node:assert/strict';
import { updateProfile } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { createInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { deleteMessage, searchMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import * as people from '@folkmoot/protocol-spec/schemas/client/relationships.ts';
import { createRole } from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import { createChannel } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { transferSpace, updateSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Relationship } from '@folkmoot/protocol-spec/schemas/people.ts';
import { conformance } from '../case.ts';
import { assertSame } from '../expect.ts';
import { agrees } from './snapshot.ts';
import { type Person, placeOf } from '../person.ts';

const ask = (who: Person, other: string) => who.asks(people.requestFriend, { body: { user: other } });
const to = (other: Person) => ({ params: { user: other.id } });
async function open(who: Person, ...others: string[]): Promise<Space> {
  const space = await who.asks(people.openDirect, { body: { users: others } });
  await who.sees('space.joined', (d) => d.space.id === space.id);
  return space;
}
const talkOf = (space: Space) => ({ space: space.id, channel: space.channels[0]!.id });

async function kindOf(who: Person, other: Person): Promise<Relationship['kind'] | 'none'> {
  const { relationships } = await who.asks(people.listRelationships);
  return relationships.find(({ user }) => user.id === other.id)?.kind ?? 'none';
}

async function befriend(one: Person, other: Person): Promise<void> {
  await ask(one, other.handle);
  await other.asks(people.acceptFriend, to(one));
}

export const peopleCases = [
  conformance(
    ['REL-1', 'REL-2', 'REL-3'],
    'a friend request is seen at once and accepted',
    async ({ people: make }) => {
      const [ada, bo] = await make('Ada', 'Bo');
      assert.equal((await ask(ada, bo.handle)).kind, 'outgoing');
      await bo.sees('relationship.updated', (d) => d.relationship.kind === 'incoming');
      assert.equal((await ask(ada, bo.handle)).kind, 'outgoing');
      await bo.asks(people.acceptFriend, to(ada));
      await ada.sees('relationship.updated', (d) => d.relationship.kind === 'friend');
      assert.deepEqual([await kindOf(ada, bo), await kindOf(bo, ada)], ['friend', 'friend']);
      await bo.asks(updateProfile, { body: { display_name: 'Bo the second' } });
      await ada.sees('user.updated', (d) => d.user.display_name === 'Bo the second');
    },
  ),

  conformance('REL-2', 'two who ask each other are friends; nobody asks themselves', async ({ people: make }) => {
    const [ada, bo] = await make('Ada', 'Bo');
    await ask(ada, bo.handle);
    assert.equal((await ask(bo, ada.handle)).kind, 'friend');
    await ada.isRefused('invalid_body', people.requestFriend, { body: { user: ada.handle } });
  }),

  conformance(['REL-3', 'REL-4'], 'declined, cancelled and ended is gone on both sides', async ({ people: make }) => {
    const [ada, bo] = await make('Ada', 'Bo');
    for (const remover of [bo, ada]) {
      await ask(ada, bo.handle);
      await remover.asks(people.removeRelationship, to(remover === ada ? bo : ada));
      assert.deepEqual([await kindOf(ada, bo), await kindOf(bo, ada)], ['none', 'none']);
    }
    await bo.isRefused('not_found', people.acceptFriend, to(ada));
    await befriend(ada, bo);
    await bo.asks(people.removeRelationship, to(ada));
    await bo.asks(people.removeRelationship, to(ada));
    assert.equal(await kindOf(ada, bo), 'none');
  }),

  conformance(
    ['REL-5', 'REL-6'],
    'a block ends friendship and stops requests without a sign of it',
    async ({ people: make }) => {
      const [ada, bo] = await make('Ada', 'Bo');
      await befriend(ada, bo);
      await bo.asks(people.blockUser, to(ada));
      assert.equal(await kindOf(ada, bo), 'none');
      assert.equal((await ask(ada, bo.handle)).kind, 'outgoing');
      assert.equal(await kindOf(bo, ada), 'blocked');
      await bo.isRefused('conflict', people.requestFriend, { body: { user: ada.id } });
      await bo.asks(people.removeRelationship, to(ada));
      assert.equal(await kindOf(bo, ada), 'blocked');
      await bo.asks(people.unblockUser, to(ada));
      assert.equal(await kindOf(bo, ada), 'none');
    },
  ),

  conformance(
    ['REL-6', 'SRCH-5'],
    'messages of somebody blocked are not there, and are back after the block',
    async ({ people: make }) => {
      const [ada, bo] = await make('Ada', 'Bo');
      await befriend(ada, bo);
      const dm = await open(ada, bo.id);
      await bo.says(talkOf(dm), 'before');
      await ada.asks(people.blockUser, to(bo));
      await bo.says(talkOf(dm), 'meanwhile');
      assert.deepEqual((await ada.reads(talkOf(dm))).messages, []);
      const search = { query: { q: 'before', space: dm.id } };
      assert.deepEqual((await ada.asks(searchMessages, search)).messages, []);
      assert.equal((await bo.asks(searchMessages, search)).messages.length, 1);
      assert.equal((await ada.opens({ space: dm.id })).channels[0]?.view.unread, 0);
      assert.equal((await bo.reads(talkOf(dm))).messages.length, 2);
      await ada.asks(people.unblockUser, to(bo));
      assert.equal((await ada.reads(talkOf(dm))).messages.length, 2);
      await ada.seesNothingWith('meanwhile', () => bo.says(talkOf(dm), 'sentinel'));
    },
  ),

  conformance(['REL-7', 'REL-8'], 'who does not want to be found looks like nobody', async ({ people: make }) => {
    const [ada, bo] = await make('Ada', 'Bo');
    const find = { body: { handle: bo.handle } };
    assert.equal((await ada.asks(people.lookUpUser, find)).id, bo.id);
    const privacy = { found_by: 'acquaintances', requests_from: 'everyone' } as const;
    assertSame(await bo.asks(people.setPrivacy, { body: privacy }), privacy, 'what was set');
    await ada.isRefused('not_found', people.lookUpUser, find);
    await ada.isRefused('not_found', people.lookUpUser, { body: { handle: 'no.such.person' } });
    await ada.founds('Tea club');
    await ada.invites(bo);
    assert.equal((await ada.asks(people.lookUpUser, find)).id, bo.id);
    assertSame(await bo.asks(people.getPrivacy), privacy, 'what is kept');
  }),

  conformance('REL-9', 'an id alone opens no door', async ({ people: make }) => {
    const [ada, bo] = await make('Ada', 'Bo');
    await ada.isRefused('not_found', people.requestFriend, { body: { user: bo.id } });
    await ada.isRefused('not_found', people.openDirect, { body: { users: [bo.id] } });
    await ada.isRefused('not_found', people.blockUser, to(bo));
    await ada.asks(people.lookUpUser, { body: { handle: bo.handle } });
    assert.equal((await ask(ada, bo.id)).kind, 'outgoing');
  }),

  conformance(
    ['DM-1', 'DM-2', 'REQ-1'],
    'friends are in a direct message at once, always the same one',
    async ({ people: make }) => {
      const [ada, bo] = await make('Ada', 'Bo');
      await befriend(ada, bo);
      const dm = await open(ada, bo.id);
      assertSame([dm.kind, dm.name, dm.channels.length, dm.roles.length], ['dm', '', 1, 1], 'a direct message');
      await bo.sees('space.joined', (d) => d.space.id === dm.id);
      assert.equal((await open(bo, ada.id)).id, dm.id);
      const sent = await ada.says(talkOf(dm), 'hello');
      await bo.sees('message.created', (d) => d.message.id === sent.id);
      await ada.isRefused('invalid_body', people.openDirect, { body: { users: [ada.id] } });
      await ada.asks(people.blockUser, to(bo));
      await ada.isRefused('conflict', people.openDirect, { body: { users: [bo.id] } });
    },
  ),

  conformance(['DM-3', 'DM-4'], 'in a direct message nobody stands above the other', async ({ people: make }) => {
    const [ada, bo] = await make('Ada', 'Bo');
    await befriend(ada, bo);
    const dm = await open(ada, bo.id);
    const params = { space: dm.id };
    const message = await bo.says(talkOf(dm), 'mine');
    await ada.pins(message);
    await ada.isRefused('missing_permission', deleteMessage, { params: placeOf(message) });
    await ada.isRefused('missing_permission', createRole, { params, body: { name: 'Boss' } });
    await ada.isRefused('missing_permission', createChannel, { params, body: { kind: 'text', name: 'more' } });
    await ada.isRefused('forbidden', createInvite, { params, body: {} });
    await ada.isRefused('forbidden', updateSpace, { params, body: { name: 'Us' } });
    await ada.isRefused('forbidden', transferSpace, { params, body: { user: bo.id } });
    await ada.isRefused('not_found', people.addToGroup, { params, body: { users: [bo.id] } });
  }),

  conformance(
    ['DM-5', 'DM-6', 'DM-7'],
    'a group is named, grows, and goes on without its founder',
    async ({ people: make }) => {
      const [ada, bo, cy, di] = await make('Ada', 'Bo', 'Cy', 'Di');
      for (const other of [bo, cy]) await befriend(ada, other);
      await befriend(cy, di);
      const group = await open(ada, bo.id, cy.id);
      for (const person of [bo, cy]) await person.sees('space.joined', (d) => d.space.id === group.id);
      await cy.asks(updateSpace, { params: { space: group.id }, body: { name: 'Sailing' } });
      await bo.sees('space.updated', (d) => d.space.name === 'Sailing');
      await cy.asks(people.addToGroup, { params: { space: group.id }, body: { users: [di.id, ada.id] } });
      await bo.sees('space.people', (d) => d.people.filter(({ member }) => member).length === 4);
      await di.sees('space.joined', (d) => d.space.id === group.id);
      await ada.leaves({ space: group.id });
      await di.sees('space.updated', (d) => d.space.owner === bo.id);
      const { people: left = [] } = await di.opens({ space: group.id });
      assertSame(
        left.map(({ user }) => user.id),
        [bo.id, cy.id, di.id].sort(),
        'who is left',
      );
    },
  ),

  conformance(['REQ-1', 'REQ-2', 'REQ-4'], 'a stranger waits, and is read once accepted', async ({ people: make }) => {
    const [ada, bo] = await make('Ada', 'Bo');
    const dm = await open(ada, bo.handle);
    await ada.says(talkOf(dm), 'sail with me');
    await bo.sees('request.added', (d) => d.request.space === dm.id);
    const { requests } = await bo.asks(people.listRequests);
    assertSame(
      requests.map(({ space, kind, from }) => [space, kind, from.id]),
      [[dm.id, 'dm', ada.id]],
      'the request',
    );
    const own = await bo.founds('Own club');
    await bo.seesNothingWith('sail with me', () => bo.says(own.general, 'sentinel'));
    await bo.asks(people.acceptRequest, { params: { space: dm.id } });
    await bo.sees('request.removed', (d) => d.space === dm.id);
    assert.equal((await bo.reads(talkOf(dm))).messages[0]?.content, 'sail with me');
    await bo.isRefused('not_found', people.acceptRequest, { params: { space: dm.id } });
  }),

  conformance(
    'GW-7',
    'what is told of people and what a fresh opening state says are the same',
    async ({ people: make }) => {
      const [ada, bo, cy] = await make('Ada', 'Bo', 'Cy');
      let group: Space | undefined;
      const inGroup = () => ({ space: group?.id ?? '' });
      const deeds: [string, () => Promise<unknown>][] = [
        ['a friend request', () => ask(ada, bo.handle)],
        ['a name while it waits', () => ada.asks(updateProfile, { body: { display_name: 'Ada the first' } })],
        ['its acceptance', () => bo.asks(people.acceptFriend, to(ada))],
        ['a name among friends', () => bo.asks(updateProfile, { body: { display_name: 'Bo the brave' } })],
        ['a direct message', () => open(ada, bo.id)],
        ['a group with a stranger', async () => (group = await open(ada, bo.id, cy.handle))],
        ['a name of one invited', () => cy.asks(updateProfile, { body: { display_name: 'Cy the shy' } })],
        ['a message in it', () => ada.says(talkOf(group!), 'hello')],
        ['an accepted request', () => cy.asks(people.acceptRequest, { params: inGroup() })],
        ['a message of one who is then blocked', () => bo.says(talkOf(group!), 'who hides?')],
        ['a block', () => cy.asks(people.blockUser, to(bo))],
        ['a message of one who is blocked', () => bo.says(talkOf(group!), 'you?')],
        ['no block', () => cy.asks(people.unblockUser, to(bo))],
        ['the owner leaving', () => ada.leaves(inGroup())],
        [
          'an ignored request',
          async () => {
            const { id } = await open(cy, ada.handle);
            await ada.asks(people.ignoreRequest, { params: { space: id } });
          },
        ],
        ['an end of friendship', () => ada.asks(people.removeRelationship, to(bo))],
      ];
      for (const [deed, does] of deeds) {
        await does();
        for (const person of [ada, bo, cy]) await agrees(person, deed);
      }
    },
    { patience: 480_000 },
  ),

  conformance('REQ-3', 'ignored, blocked, kept back and unanswered look the same', async ({ people: make }) => {
    const [ada, ignores, refuses, waits] = await make('Ada', 'Ida', 'Ron', 'Wim');
    await refuses.asks(people.setPrivacy, { body: { found_by: 'everyone', requests_from: 'nobody' } });
    const looks = [];
    for (const other of [ignores, refuses, waits]) {
      const dm = await open(ada, other.handle);
      if (other === ignores) await other.asks(people.ignoreRequest, { params: { space: dm.id } });
      await ada.says(talkOf(dm), 'hello?');
      assert.equal((await open(ada, other.id)).id, dm.id);
      const { member_count, people: both = [] } = await ada.opens({ space: dm.id });
      looks.push([member_count, both.map(({ member }) => member).sort()]);
      assert.equal((await other.asks(people.listRequests)).requests.length, other === waits ? 1 : 0);
    }
    assertSame(looks[0], looks[2], 'ignored and unanswered');
    assertSame(looks[1], looks[2], 'kept back and unanswered');
  }),
];
