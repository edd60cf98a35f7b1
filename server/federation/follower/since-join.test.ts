import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { admits, botOf } from '../../testing/bots.ts';
import { FaultyProxy } from '../../testing/faulty-proxy.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { FollowerScene } from '../../testing/follower-scene.ts';
import { person, talkOf } from '../../testing/people.ts';
import { PuppetHub } from '../../testing/puppet-hub.ts';
import { freePort } from '../../testing/start-homeserver.ts';
import { Watcher } from '../../testing/watching.ts';

let network: TestNetwork;
let b: Awaited<ReturnType<TestNetwork['homeserver']>>;

before(async () => {
  network = await TestNetwork.open();
  b = await network.homeserver();
});
after(() => network[Symbol.asyncDispose]());

/** The texts of the messages that somebody was told of, in order. */
const toldOf = ({ events }: Watcher) =>
  events.flatMap((event) => (event.t === 'message.created' ? [event.d.message.content] : []));

test('[FOL-14] what is said while a homeserver reads the space that somebody has joined is new to them', async () => {
  const hub = await PuppetHub.open(network);
  hub.says('long before');
  const bob = await person(b.url);
  using watcher = await Watcher.of(bob);
  let states = 0;
  hub.instead = (path) => {
    if (!path.endsWith('/state')) return undefined;
    // The state of the channel is read first, and that of `_` last.
    if (states++ === 0) for (const content of ['in the state', 'and this']) hub.says(content);
    else hub.push(hub.channel, hub.says('pushed after the state was read'));
    return undefined;
  };
  await bob.client.call(joinByInvite, { params: { code: hub.code }, body: { via: hub.name } });
  await hub.untilLive();
  hub.push(hub.channel, hub.says('later'));
  await watcher.until(() => toldOf(watcher).includes('later'));
  const all = ['in the state', 'and this', 'pushed after the state was read', 'later'];
  // What the opening state counts already is not told to people again.
  assert.deepEqual(toldOf(watcher), all.slice(-toldOf(watcher).length));
  const view = () => watcher.state?.spaces[0]?.channels.find(({ id }) => id === hub.channel)?.view;
  assert.deepEqual([view()?.unread, view()?.mentions], [4, 0]);
  using again = await Watcher.of(bob);
  assert.deepEqual(again.state?.spaces[0]?.channels[0]?.view, view());
});

test('[FOL-14] of a channel that was made since, all is new', async () => {
  const hub = await PuppetHub.open(network);
  const bob = await person(b.url);
  using watcher = await Watcher.of(bob);
  hub.isLive = false;
  hub.instead = (path) => {
    if (path !== `/spaces/${hub.space}` || hub.streams.size > 2) return undefined;
    const channel = { kind: 'text', name: 'new', topic: '', parent: null, order: 1, slow_mode: 0, overrides: [] };
    const id = `c_${'a'.repeat(26)}`;
    hub.add(id, 'channel.create', channel);
    hub.add(id, 'message.create', { content: 'the first word' });
    return undefined;
  };
  await bob.client.call(joinByInvite, { params: { code: hub.code }, body: { via: hub.name } });
  await watcher.sees('space.joined');
  await watcher.until(() => watcher.state?.spaces[0]?.channels.some(({ view }) => view.unread > 0));
  const views = watcher.state?.spaces[0]?.channels.map(({ name, view }) => [name, view.unread]);
  assert.deepEqual(views?.sort(), [
    ['new', 1],
    ['talk', 0],
  ]);
});

test('[FOL-14] what is said in a new channel before it was read is told, and nothing of one that was there before', async () => {
  using at = await FollowerScene.open(network, b);
  const { hub, watcher } = at;
  const older = `c_${'o'.repeat(26)}`;
  const channel = { kind: 'text', topic: '', parent: null, order: 1, slow_mode: 0, overrides: [] };
  hub.add(older, 'channel.create', { ...channel, name: 'older' }, { auth: '1.0' });
  hub.add(older, 'message.create', { content: 'long ago' }, { auth: '1.0' });
  const made = `c_${'n'.repeat(26)}`;
  hub.add(made, 'channel.create', { ...channel, name: 'new' });
  hub.add(made, 'message.create', { content: 'the first word' });
  hub.pushHeads();
  await watcher.until(() => toldOf(watcher).includes('the first word'));
  await watcher.until(() => watcher.state?.spaces[0]?.channels.length === 3);
  assert.deepEqual(toldOf(watcher), ['the first word']);
  const views = watcher.state?.spaces[0]?.channels.map(({ name, view }) => [name, view.unread]);
  assert.deepEqual(views?.sort(), [
    ['new', 1],
    ['older', 0],
    ['talk', 0],
  ]);
});

test('[FOL-14] a bot hears whoever speaks to it as soon as they are shown that it is there', async () => {
  const [outside, inside] = [await freePort(), await freePort()];
  await using slow = await FaultyProxy.open(outside, inside);
  const a = await network.homeserver({ port: outside, environment: { FOLKMOOT_LISTEN: `127.0.0.1:${inside}` } });
  const alice = await person(`https://127.0.0.1:${inside}`);
  const space = await alice.founds('Across');
  const bot = await botOf(await person(b.url, 'dev'), 'keen');
  using atAlice = await Watcher.of(alice);
  using atBot = await Watcher.of(bot);
  slow.delay(100);
  await admits(alice, space, `keen@${b.name}`, { content: false });
  await atAlice.sees('member.joined', ({ member: { user } }) => user.id === bot.account.id);
  const [called, again] = [
    await alice.says(space, `<@${bot.account.id}> hark!`),
    await alice.says(space, `<@${bot.account.id}> hark again!`),
  ];
  assert.equal(a.name, space.hub);
  for (const { id } of [called, again]) await atBot.seesMessage(id, talkOf(space).channel);
  assert.deepEqual(
    toldOf(atBot),
    [called, again].map(({ content }) => content),
  );
});
