import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Deed, everyone, startGateway, type State, TestClient, type TestGateway } from './gateway-testing.ts';

const space = 's_one';
const hidden = [{ target: 'everyone', allow: [], deny: ['channel.view' as const] }];

function openSpace({ state }: TestGateway, ...users: string[]): void {
  const members = Object.fromEntries(users.map((user) => [user, []]));
  state.spaces[space] = {
    owner: 'u_owner',
    roles: [everyone('channel.view')],
    channels: { c_open: [], c_other: [] },
    members,
  };
}

const said = (n: number, channel = 'c_open'): Deed => ({
  type: 'message.create',
  space,
  shown: [{ audience: { to: 'channel', space, channel }, t: 'message.created', d: { n } }],
});
const sentinel = (gateway: TestGateway, user: string) =>
  gateway.signals.send({ audience: { to: 'user', user }, t: 'sentinel', d: {} });
const kick = (user: string, type = 'member.kick'): Deed => ({
  type,
  space,
  actor: 'u_owner',
  body: { user },
  changesAccess: true,
  change: (state) => delete state.spaces[space]!.members[user],
  shown: [{ audience: { to: 'space', space }, t: 'member.left', d: { space, user } }],
});
const join = (user: string): Deed => ({
  type: 'member.join',
  space,
  actor: user,
  changesAccess: true,
  change: (state) => void (state.spaces[space]!.members[user] = []),
  shown: [{ audience: { to: 'space', space }, t: 'member.joined', d: { user } }],
});
const setChannel = (channel: string, overrides: State['spaces'][string]['channels'][string] | undefined): Deed => ({
  type: 'channel.update',
  space,
  stream: channel,
  actor: 'u_owner',
  changesAccess: true,
  change: ({ spaces }) => {
    if (overrides === undefined) delete spaces[space]!.channels[channel];
    else spaces[space]!.channels[channel] = overrides;
  },
});

async function connect(gateway: TestGateway, user: string): Promise<TestClient> {
  const client = new TestClient(gateway.url);
  await client.identifies(user);
  return client;
}

const seen = (client: TestClient) =>
  client.events.map(({ t, d }) => (t === 'message.created' ? (d as { n: number }).n : t));

test('in the middle of a fan-out: nothing that was committed after a kick, ban or hidden channel gets to whoever lost access (C47)', async () => {
  for (const [lose, told] of [
    [kick('u_a'), 'space.left'],
    [kick('u_a', 'member.ban'), 'space.left'],
    [setChannel('c_open', hidden), 'channel.deleted'],
  ] as const) {
    await using gateway = await startGateway();
    openSpace(gateway, 'u_owner', 'u_a');
    const [owner, loser] = [await connect(gateway, 'u_owner'), await connect(gateway, 'u_a')];
    const deeds = Array.from({ length: 10_000 }, (_, n) => said(n));
    deeds.splice(5_000, 0, lose);
    for (let i = 0; i < deeds.length; i += 256) await gateway.commit(...deeds.slice(i, i + 256));
    sentinel(gateway, 'u_a');
    await loser.seesEvent('sentinel');
    const expected: unknown[] = Array.from({ length: 5_000 }, (_, n) => n);
    assert.deepEqual(seen(loser), [...expected, told, 'sentinel']);
    await owner.until(() => seen(owner).includes(9_999));
    assert.equal(seen(owner).filter((n) => typeof n === 'number').length, 10_000);
  }
});

test('somebody who joins gets the space as it is, and then only what comes after', async () => {
  await using gateway = await startGateway();
  openSpace(gateway, 'u_b');
  const [a, b] = [await connect(gateway, 'u_a'), await connect(gateway, 'u_b')];
  // The snapshot in which the space is read has all four in it.
  await gateway.commit(said(1), join('u_a'), said(2), said(3));
  await gateway.commit(said(4));
  await a.until(() => seen(a).includes(4));
  assert.deepEqual(seen(a), ['space.joined', 4]);
  await b.until(() => seen(b).includes(4));
  assert.deepEqual(seen(b), [1, 'member.joined', 2, 3, 4]);
});

test('a channel that appears comes with its read state, and what is in that is not told again', async () => {
  await using gateway = await startGateway();
  openSpace(gateway, 'u_a', 'u_owner');
  gateway.state.spaces[space]!.channels['c_secret'] = hidden;
  const a = await connect(gateway, 'u_a');
  await gateway.commit(said(1, 'c_secret'), setChannel('c_secret', []), said(2, 'c_secret'), said(3));
  await gateway.commit(said(4, 'c_secret'));
  await a.until(() => seen(a).includes(4));
  assert.deepEqual(seen(a), ['channel.created', 3, 4]);
});

test('roles, channels that are deleted, new channels, and the end of a space', async () => {
  await using gateway = await startGateway();
  openSpace(gateway, 'u_owner', 'u_a');
  const { spaces } = gateway.state;
  spaces[space]!.roles = [everyone(), { id: 'r_reader', name: 'reader', rank: 1, permissions: ['channel.view'] }];
  const a = await connect(gateway, 'u_a');
  const giveRole: Deed = {
    type: 'member.roles',
    space,
    actor: 'u_owner',
    body: { user: 'u_a' },
    changesAccess: true,
    change: (state) => void (state.spaces[space]!.members['u_a'] = ['r_reader']),
  };
  await gateway.commit(said(1), giveRole);
  await gateway.commit(said(2));
  await gateway.commit(setChannel('c_other', undefined));
  // A new channel is told by its own event alone.
  await gateway.commit({
    ...setChannel('c_new', []),
    type: 'channel.create',
    shown: [{ audience: { to: 'channel', space, channel: 'c_new' }, t: 'channel.created', d: {} }],
  });
  await gateway.commit({
    type: 'space.delete',
    space,
    actor: 'u_owner',
    changesAccess: true,
    change: (state) => delete state.spaces[space],
  });
  sentinel(gateway, 'u_a');
  await a.seesEvent('sentinel');
  assert.deepEqual(seen(a), [
    'channel.created',
    'channel.created',
    2,
    'channel.deleted',
    'channel.created',
    'space.left',
    'sentinel',
  ]);
});

test('where the rights cannot be read, the sessions of that space are ended and nobody sees anything', async () => {
  await using gateway = await startGateway();
  openSpace(gateway, 'u_a');
  const a = await connect(gateway, 'u_a');
  const broken = setChannel('c_open', hidden);
  await gateway.commit({ ...broken, change: (state) => void (state.spaces[space]!.roles = null as never) }, said(1));
  assert.equal(await a.closed, 1012);
  assert.deepEqual(seen(a), []);
});

test('a role that was made while nobody looked counts for whoever comes with it', async () => {
  await using gateway = await startGateway();
  openSpace(gateway, 'u_a', 'u_b');
  const { spaces } = gateway.state;
  spaces[space]!.roles = [everyone()];
  await connect(gateway, 'u_b');
  const role = { id: 'r_new', name: 'new', rank: 1, permissions: ['channel.view'] };
  await gateway.commit({
    type: 'role.create',
    space,
    actor: 'u_owner',
    change: (state) => void state.spaces[space]!.roles.push(role),
  });
  spaces[space]!.members['u_a'] = ['r_new'];
  const a = await connect(gateway, 'u_a');
  await gateway.commit(said(1));
  await a.until(() => seen(a).includes(1));
});

test('what changes without an event is told as well: a channel goes, a membership ends, a channel appears', async () => {
  await using gateway = await startGateway();
  openSpace(gateway, 'u_owner', 'u_a', 'u_b');
  const [a, b] = [await connect(gateway, 'u_a'), await connect(gateway, 'u_b')];
  const { channels, members } = gateway.state.spaces[space]!;
  delete channels['c_other'];
  delete members['u_b'];
  gateway.signals.accessChanged(space);
  await a.seesEvent('channel.deleted');
  await b.seesEvent('space.left');
  await gateway.commit(said(1, 'c_other'), said(2));
  await a.until(() => seen(a).includes(2));
  assert.deepEqual(seen(a), ['channel.deleted', 2]);
  assert.deepEqual(seen(b), ['space.left']);
});
