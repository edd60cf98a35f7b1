import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { listMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { FollowerScene } from '../../testing/follower-scene.ts';
import { Puppet } from '../../testing/puppet.ts';
import type { PuppetHub } from '../../testing/puppet-hub.ts';
import { PuppetUser } from '../../testing/puppet-user.ts';

let network: TestNetwork;
let b: Awaited<ReturnType<TestNetwork['homeserver']>>;

before(async () => {
  network = await TestNetwork.open();
  b = await network.homeserver();
});
after(() => network[Symbol.asyncDispose]());

const scene = () => FollowerScene.open(network, b);

test('[FOL-3] what is pushed with a gap is asked for, and shown in its order (F95)', async () => {
  using at = await scene();
  const { hub } = at;
  const [, , third] = [hub.says('one'), hub.says('two'), hub.says('three')];
  hub.push(hub.channel, third);
  await at.sees('one', 'two', 'three');
});

test('[FOL-3] what is pushed again is shown once (F96)', async () => {
  using at = await scene();
  const { hub } = at;
  const first = hub.says('one');
  for (let n = 0; n < 3; n++) hub.push(hub.channel, first);
  const second = hub.says('two');
  hub.push(hub.channel, first, second);
  hub.push(hub.channel, second);
  hub.push(hub.channel, hub.says('three'));
  await at.sees('one', 'two', 'three');
  assert.deepEqual(await at.reads(), ['one', 'two', 'three']);
});

test('[FOL-3] a shuffled push is read in the order of the hub (F97)', async () => {
  using at = await scene();
  const { hub } = at;
  const [one, two, three] = [hub.says('one'), hub.says('two'), hub.says('three')];
  hub.push(hub.channel, three, one, two);
  hub.push(hub.channel, two, one);
  await at.sees('one', 'two', 'three');
});

/** Another channel, to show that the rest runs on. */
function addChannel(hub: PuppetHub, name: string): string {
  const channel = `c_${name.padEnd(26, 'a')}`;
  const body = { kind: 'text', name, topic: '', parent: null, order: 1, slow_mode: 0, overrides: [] };
  hub.add(channel, 'channel.create', body);
  hub.pushHeads();
  return channel;
}

test('[STR-16] a wrong prev stops that stream alone, and it heals when the right line is served (F98)', async () => {
  using at = await scene();
  const { hub, watcher } = at;
  const other = addChannel(hub, 'other');
  await watcher.sees('channel.created', ({ channel }) => channel.id === other);
  const right = hub.write(hub.channel, 'message.create', { content: 'right' });
  const wrong = hub.write(hub.channel, 'message.create', { content: 'wrong' }, { prev: right.hash });
  hub.put(hub.channel, wrong);
  hub.push(hub.channel, wrong);
  const { stopped } = await at.untilShown((following) => following.stopped.length > 0);
  assert.deepEqual(
    stopped.map(({ stream, reason, code, line }) => [stream, reason, code, line === wrong.text]),
    [[hub.channel, 'broken_chain', 'wrong_prev', true]],
  );
  hub.push(other, hub.add(other, 'message.create', { content: 'elsewhere' }));
  await at.sees('elsewhere');
  hub.streams.set(hub.channel, [...hub.streams.get(hub.channel)!.slice(0, -1), right]);
  await at.sees('elsewhere', 'right');
  await at.untilShown((following) => following.stopped.length === 0);
});

test('[FOL-8] what the home of another author saw contradicts what the hub showed here: both are kept (F100)', async () => {
  using at = await scene();
  const { hub } = at;
  const shown = hub.says('what b is shown');
  hub.push(hub.channel, shown);
  await at.sees('what b is shown');
  const elsewhere = hub.write(hub.channel, 'message.create', { content: 'what others are shown' }, { seq: shown.seq });
  const { epoch, seq, hash } = elsewhere;
  const third = await Puppet.open(network);
  const carol = new PuppetUser(third, 'carol');
  hub.push('_', hub.admits(carol));
  const body = { content: 'I saw something else' };
  const telling = hub.relays(hub.channel, carol, 'message.create', body, { seen: { epoch, seq, hash } });
  hub.push(hub.channel, telling);
  await at.sees('what b is shown', 'I saw something else');
  const { evidence } = await at.untilShown((following) => following.evidence.length > 0);
  assert.deepEqual(
    evidence.map((row) => [row.stream, row.epoch, row.seq, row.hash, row.ours, row.theirs]),
    [[hub.channel, epoch, seq, hash, shown.text, telling.text]],
  );
  assert.deepEqual(await at.reads(), ['what b is shown', 'I saw something else']);
});

test('[FOL-8] a home that makes up what it saw leaves room for what others saw and for what the hub signed', async () => {
  using at = await scene();
  const { hub } = at;
  const shown = hub.says('what b is shown');
  hub.push(hub.channel, shown);
  const { epoch, seq } = shown;
  const tells = async (home: Puppet, seen: object[]) => {
    const user = new PuppetUser(home, 'user');
    hub.push('_', hub.admits(user));
    for (const one of seen)
      hub.push(hub.channel, hub.relays(hub.channel, user, 'message.create', { content: 'I saw' }, { seen: one }));
  };
  const [liar, witness] = [await Puppet.open(network), await Puppet.open(network)];
  const elsewhere = hub.write(
    hub.channel,
    'message.create',
    { content: 'shown to others' },
    { seq, prev: hub.streams.get(hub.channel)![0]!.hash },
  );
  const made = Array.from({ length: 120 }, (_, n) => ({ epoch, seq, hash: `${String(n).padStart(42, 'A')}A` }));
  await tells(liar, [{ epoch, seq, hash: elsewhere.hash }, ...made]);
  await tells(witness, [{ epoch, seq, hash: `${'B'.repeat(42)}A` }]);
  hub.push(hub.channel, hub.says('all of it'));
  await at.watcher.sees('message.created', ({ message }) => message.content === 'all of it');
  hub.push(hub.channel, elsewhere);
  const { evidence } = await at.untilShown((following) =>
    following.evidence.some(({ theirs }) => theirs === elsewhere.text),
  );
  const by = (name: string) => evidence.filter(({ accuser }) => accuser === name).length;
  assert.deepEqual([by(witness.name), by(hub.name)], [1, 1]);
  assert.ok(by(liar.name) < 100, `${by(liar.name)}`);
});

test('[FOL-8] two signed events at one place are evidence, and the first one stays (F100)', async () => {
  using at = await scene();
  const { hub } = at;
  const { seq, prev } = { seq: 1, prev: hub.streams.get(hub.channel)![0]!.hash };
  const second = hub.write(hub.channel, 'message.create', { content: 'another past' }, { seq, prev });
  const first = hub.says('first');
  hub.push(hub.channel, first);
  await at.sees('first');
  hub.push(hub.channel, second);
  const { evidence } = await at.untilShown((following) => following.evidence.length > 0);
  assert.deepEqual([evidence[0]?.ours, evidence[0]?.theirs], [first.text, second.text]);
  assert.deepEqual(await at.reads(), ['first']);
});

test('[FOL-4] a payload that is not what the hub signed is asked for once more, then left out (F102)', async () => {
  using at = await scene();
  const { hub } = at;
  const good = hub.says('asked for again');
  const spoiled = good.text.replace('asked for again', 'put into its place');
  hub.push(hub.channel, spoiled);
  await at.sees('asked for again');
  const bad = hub.write(hub.channel, 'message.create', { content: 'lost' });
  hub.put(hub.channel, { ...bad, text: bad.text.replace('lost', 'forged') });
  hub.push(hub.channel, hub.streams.get(hub.channel)!.at(-1)!);
  hub.push(hub.channel, hub.says('goes on'));
  await at.sees('asked for again', 'goes on');
  assert.deepEqual((await at.shown()).stopped, []);
});

test('[STR-18] nobody speaks for a user of another homeserver: such a message is shown as of nobody (F103)', async () => {
  using at = await scene();
  const { hub, bob } = at;
  const author = { id: bob.account.id, home: b.name, next: () => 7 };
  const forged = hub.says('bob says nonsense', { actor: author });
  const stranger = await Puppet.open(network);
  const signedByOther = hub.relaysAs(stranger.signing, author, 'signed by somebody else');
  hub.push(hub.channel, forged, signedByOther, hub.says('goes on'));
  await at.sees('bob says nonsense', 'signed by somebody else', 'goes on');
  const params = { space: at.space.id, channel: hub.channel };
  const { messages } = await bob.client.call(listMessages, { params, query: {} });
  assert.deepEqual(
    messages.map(({ author: { id, display_name } }) => [id === bob.account.id, display_name]),
    [
      [false, 'Unattributed'],
      [false, 'Unattributed'],
      [false, 'owner'],
    ],
  );
});

test('[STR-2] [STR-16] a time that no calendar has reaches nobody', async () => {
  using at = await scene();
  const { hub, watcher } = at;
  hub.push(hub.channel, hub.says('in the year 275760', { ts: 8_640_000_000_000_001 }));
  const { stopped } = await at.untilShown((following) => following.stopped.length > 0);
  assert.deepEqual(
    stopped.map(({ stream, reason, code }) => [stream, reason, code]),
    [[hub.channel, 'not_canonical', 'malformed']],
  );
  assert.ok(!JSON.stringify([watcher.state, watcher.events]).includes('275760'));
});

test('[STR-25] events that make no sense are kept as they are, and the stream goes on (F104)', async () => {
  using at = await scene();
  const { hub, watcher } = at;
  const odd: [string, object, object?][] = [
    ['com.example.poll', { question: 'why?' }],
    ['com.example.large', { text: 'x'.repeat(60_000) }],
    ['message.create', { content: 7 }],
    ['message.create', { content: 'x'.repeat(50_000) }],
    ['message.create', { content: 'odd', more: true }],
    ['message.update', { content: 'of nothing' }],
    ['channel.update', { slow_mode: -1 }],
    ['reaction.add', { emoji: '👍'.repeat(200) }],
  ];
  for (const [type, body] of odd) hub.push(hub.channel, hub.add(hub.channel, type, body));
  for (const [type, body] of [
    ['role.create', { role: 'r_1' }],
    ['member.roles', { user: 'u_1', add: [7], remove: [] }],
  ] as const)
    hub.push('_', hub.add('_', type, body));
  hub.push(hub.channel, hub.says('goes on'));
  await at.sees('goes on');
  assert.ok(watcher.events.some((event) => event.t === 'event.received' && event.d.type === 'com.example.poll'));
  assert.deepEqual((await at.shown()).stopped, []);
});
