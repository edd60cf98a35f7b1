import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GatewayEvent, OpeningState } from '../schemas/gateway/events.ts';
import type { Channel, Member, Message, Role, Space } from '../schemas/objects.ts';
import type { Account, UserSummary } from '../schemas/people.ts';
import { applyEvent } from './reducer.ts';

const id = (prefix: string, letter: string, length: number) => `${prefix}_${letter.repeat(length)}`;
const space = id('s', 'a', 32);
const channel = id('c', 'a', 26);
const mods = id('r', 'm', 26);
const ada: UserSummary = { id: id('u', 'a', 32), handle: 'ada', display_name: 'Ada' };
const bob: UserSummary = { id: id('u', 'b', 32), handle: 'bob', display_name: 'Bob' };

const role = (over: Partial<Role> = {}): Role => ({
  id: 'everyone',
  name: 'everyone',
  color: null,
  rank: 0,
  permissions: [],
  hoist: false,
  mentionable: false,
  ...over,
});
const aChannel = (over: Partial<Channel> = {}): Channel => ({
  id: channel,
  kind: 'text',
  name: 'general',
  topic: '',
  parent: null,
  order: 1,
  slow_mode: 0,
  overrides: [],
  ...over,
});
const member = (user: UserSummary, over: Partial<Member> = {}): Member => ({
  user,
  nick: null,
  roles: [],
  joined: 10,
  timeout: null,
  ...over,
});
const unseen = { last: '1.1', read: '1.1', unread: 0, mentions: 0 };
const aSpace = (over: Partial<Space> = {}): Space => ({
  id: space,
  kind: 'community',
  name: 'Ada’s',
  description: '',
  owner: ada.id,
  hub: 'home.example',
  created: 1,
  member_count: 2,
  roles: [role({ id: mods, name: 'mods', rank: 5 }), role()],
  channels: [{ ...aChannel(), view: unseen }],
  me: member(ada, { roles: [mods] }),
  ...over,
});
const account = {
  ...ada,
  home: 'home.example',
  bio: '',
  pronouns: '',
  created: 1,
  email: null,
  admin: false,
  presence: { status: 'online', text: '' },
} as Account;
const opened: OpeningState = { account, spaces: [aSpace()], pending: [], relationships: [], requests: [] };

const message = (over: Partial<Message> = {}): GatewayEvent => ({
  t: 'message.created',
  d: {
    message: {
      id: '1.2',
      space,
      channel,
      author: bob,
      content: 'hi',
      ts: 1,
      edited: null,
      reply_to: null,
      mentions: { users: [], roles: [], everyone: false },
      reactions: [],
      pinned: false,
      ...over,
    },
  },
});
const after = (...events: GatewayEvent[]) => events.reduce(applyEvent, opened);
const viewAfter = (...events: GatewayEvent[]) => after(...events).spaces[0]!.channels[0]!.view;

test('a message of somebody else is unread', () => {
  assert.deepEqual(viewAfter(message()), { last: '1.2', read: '1.1', unread: 1, mentions: 0 });
});

test('unread messages are counted up to a maximum', () => {
  const events = Array.from({ length: 150 }, (_, index) => message({ id: `1.${index + 2}` }));
  assert.deepEqual(viewAfter(...events), { last: '1.151', read: '1.1', unread: 100, mentions: 0 });
});

test('a mention of me, of one of my roles or of everyone counts, another does not', () => {
  const mentions = { users: [], roles: [], everyone: false };
  const events = [
    { users: [ada.id] },
    { roles: [mods] },
    { everyone: true },
    { users: [bob.id] },
    { roles: [id('r', 'x', 26)] },
  ];
  const view = viewAfter(
    ...events.map((over, index) => message({ id: `1.${index + 2}`, mentions: { ...mentions, ...over } })),
  );
  assert.deepEqual(view, { last: '1.6', read: '1.1', unread: 5, mentions: 3 });
});

test('an own message moves the own marker', () => {
  const everyone = { users: [], roles: [], everyone: true };
  assert.deepEqual(viewAfter(message(), message({ id: '1.3', author: ada, mentions: everyone })), {
    last: '1.3',
    read: '1.3',
    unread: 0,
    mentions: 0,
  });
});

test('a message that the view has counted already changes nothing', () => {
  const read: GatewayEvent = {
    t: 'read.updated',
    d: { space, channel, view: { last: '1.9', read: '1.8', unread: 1, mentions: 0 } },
  };
  assert.deepEqual(viewAfter(read, message({ id: '1.9' })), { last: '1.9', read: '1.8', unread: 1, mentions: 0 });
});

test('edits, deletions, reactions and presence change no counts', () => {
  const at = { space, channel, message: '1.1' };
  const events: GatewayEvent[] = [
    {
      t: 'message.updated',
      d: { ...at, content: 'x', edited: 2, mentions: { users: [ada.id], roles: [], everyone: true } },
    },
    { t: 'message.deleted', d: { space, channel, messages: ['1.1'] } },
    { t: 'reaction.added', d: { ...at, emoji: '👍', user: bob.id } },
    { t: 'presence.updated', d: { presence: { user: bob.id, status: 'idle', text: '' } } },
  ];
  assert.equal(after(...events), opened);
});

test('joining adds a space in the order of joining, leaving removes it', () => {
  const joined: GatewayEvent = {
    t: 'space.joined',
    d: { space: aSpace({ id: id('s', 'b', 32), me: member(ada, { joined: 5 }) }) },
  };
  assert.deepEqual(
    after(joined).spaces.map((one) => one.id),
    [id('s', 'b', 32), space],
  );
  assert.deepEqual(
    after(joined, { t: 'space.left', d: { space, reason: 'banned' } }).spaces.map((one) => one.id),
    [id('s', 'b', 32)],
  );
});

test('a changed community keeps its channels and roles', () => {
  const { id: _, ...rest } = aSpace();
  const profile = {
    id: space,
    kind: rest.kind,
    name: 'New',
    description: 'd',
    owner: bob.id,
    hub: rest.hub,
    created: 1,
  };
  assert.deepEqual(after({ t: 'space.updated', d: { space: profile } }).spaces[0], { ...aSpace(), ...profile });
  const counted = after({ t: 'space.updated', d: { space: profile, member_count: 7 } }).spaces[0];
  assert.deepEqual(counted, { ...aSpace(), ...profile, member_count: 7 });
});

test('roles stand by rank, then by name', () => {
  const zoo = role({ id: id('r', 'z', 26), name: 'zoo', rank: 5 });
  const admins = role({ id: id('r', 'b', 26), name: 'admins', rank: 9 });
  const names = (...events: GatewayEvent[]) => after(...events).spaces[0]!.roles.map((one) => one.name);
  const created: GatewayEvent[] = [
    { t: 'role.created', d: { space, role: zoo } },
    { t: 'role.created', d: { space, role: admins } },
  ];
  assert.deepEqual(names(...created), ['admins', 'mods', 'zoo', 'everyone']);
  assert.deepEqual(names(...created, { t: 'role.updated', d: { space, role: { ...zoo, rank: 10 } } }), [
    'zoo',
    'admins',
    'mods',
    'everyone',
  ]);
});

test('a deleted role is gone from me and from the overrides', () => {
  const overrides = [
    { target: mods, allow: [], deny: [] },
    { target: bob.id, allow: [], deny: [] },
  ];
  const state = after(
    { t: 'channel.updated', d: { space, channel: aChannel({ overrides }) } },
    { t: 'role.deleted', d: { space, role: mods } },
  );
  assert.deepEqual(
    state.spaces[0]!.roles.map((one) => one.id),
    ['everyone'],
  );
  assert.deepEqual(state.spaces[0]!.me.roles, []);
  assert.deepEqual(state.spaces[0]!.channels[0]!.overrides, [overrides[1]]);
});

test('channels stand in their order; a change keeps the marker', () => {
  const created = aChannel({ id: id('c', 'b', 26), name: 'news', order: 0 });
  const state = after(
    { t: 'channel.created', d: { space, channel: created } },
    { t: 'channel.updated', d: { space, channel: aChannel({ topic: 'all' }) } },
  );
  assert.deepEqual(
    state.spaces[0]!.channels.map((one) => [one.name, one.topic, one.view.last]),
    [
      ['news', '', null],
      ['general', 'all', '1.1'],
    ],
  );
  assert.deepEqual(
    applyEvent(state, { t: 'channel.deleted', d: { space, channel } }).spaces[0]!.channels.map((one) => one.name),
    ['news'],
  );
});

test('members are counted, I am not counted twice', () => {
  const eve: UserSummary = { id: id('u', 'e', 32), handle: 'eve', display_name: 'Eve' };
  const count = (...events: GatewayEvent[]) => after(...events).spaces[0]!.member_count;
  assert.equal(count({ t: 'member.joined', d: { space, member: member(eve) } }), 3);
  assert.equal(count({ t: 'member.left', d: { space, user: bob.id } }), 1);
  assert.equal(count({ t: 'member.joined', d: { space, member: member(ada) } }), 2);
  assert.equal(count({ t: 'space.counted', d: { space, by: 1 } }, { t: 'space.counted', d: { space, by: -2 } }), 1);
});

test('only what concerns me as a member changes `me`', () => {
  assert.equal(after({ t: 'member.updated', d: { space, member: member(bob, { nick: 'Bobby' }) } }), opened);
  assert.equal(
    after({ t: 'member.updated', d: { space, member: member(ada, { nick: 'A' }) } }).spaces[0]!.me.nick,
    'A',
  );
});

test('a changed account or name reaches every place where I stand', () => {
  const renamed = { ...ada, display_name: 'Countess' };
  for (const event of [
    { t: 'user.updated', d: { user: renamed } },
    { t: 'account.updated', d: { account: { ...account, ...renamed } } },
  ] as GatewayEvent[]) {
    const state = after(event);
    assert.equal(state.account.display_name, 'Countess');
    assert.deepEqual(state.spaces[0]!.me.user, renamed);
  }
  assert.equal(after({ t: 'user.updated', d: { user: { ...bob, display_name: 'B' } } }), opened);
});

test('what is unknown changes nothing', () => {
  const elsewhere = id('s', 'q', 32);
  assert.equal(applyEvent(opened, { t: 'com.example.poll', d: {} } as unknown as GatewayEvent), opened);
  assert.equal(applyEvent(opened, { t: 'constructor', d: {} } as unknown as GatewayEvent), opened);
  assert.equal(after(message({ space: elsewhere })), opened);
  assert.equal(after({ t: 'role.deleted', d: { space: elsewhere, role: mods } }), opened);
});

test('no event changes the state it was given', () => {
  const freeze = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  };
  freeze(opened);
  after(
    message(),
    { t: 'role.created', d: { space, role: role({ id: id('r', 'q', 26) }) } },
    { t: 'channel.created', d: { space, channel: aChannel({ id: id('c', 'q', 26) }) } },
  );
});
