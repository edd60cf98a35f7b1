import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { listMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { FollowerScene } from '../../testing/follower-scene.ts';
import { canonical } from '@folkmoot/conformance-tests/puppet/keys.ts';
import type { PuppetHub } from '../../testing/puppet-hub.ts';
import type { PuppetLine } from '@folkmoot/conformance-tests/puppet/puppet-line.ts';

let network: TestNetwork;
let b: Awaited<ReturnType<TestNetwork['homeserver']>>;

before(async () => {
  network = await TestNetwork.open();
  b = await network.homeserver();
});
after(() => network[Symbol.asyncDispose]());

const scene = () => FollowerScene.open(network, b);

/** The hub forgets its newest lines, as after a restore. */
function forgets(hub: PuppetHub, count: number): void {
  hub.streams.set(hub.channel, hub.streams.get(hub.channel)!.slice(0, -count));
}

async function twoMessages(at: FollowerScene): Promise<void> {
  const { hub } = at;
  hub.push(hub.channel, hub.says('one'), hub.says('two'));
  await at.sees('one', 'two');
}

test('[FOL-6] a hub that is behind what is here makes the stream suspect; nothing is thrown away (F109)', async () => {
  using at = await scene();
  const { hub } = at;
  await twoMessages(at);
  const kept = hub.streams.get(hub.channel)!;
  forgets(hub, 1);
  hub.instead = (path) =>
    path.endsWith(`/streams/${hub.channel}/events`)
      ? {
          status: 409,
          body: canonical({
            code: 'cursor_ahead',
            message: 'The hub is not that far.',
            details: { checkpoint: hub.checkpoint(hub.channel) },
          }),
        }
      : undefined;
  hub.pushHeads();
  const { stopped } = await at.untilShown((following) => following.stopped.length > 0);
  assert.deepEqual(
    stopped.map(({ stream, reason, code }) => [stream, reason, code]),
    [[hub.channel, 'suspect', 'cursor_ahead']],
  );
  assert.deepEqual(await at.reads(), ['one', 'two']);
  hub.instead = undefined;
  hub.streams.set(hub.channel, kept);
  hub.push(hub.channel, hub.says('three'));
  await at.sees('one', 'two', 'three');
  await at.untilShown((following) => following.stopped.length === 0);
});

test('[FOL-6] an empty page of a hub that is behind is not taken for "that is all" (F110)', async () => {
  using at = await scene();
  const { hub } = at;
  await twoMessages(at);
  forgets(hub, 2);
  hub.pushHeads();
  const { stopped } = await at.untilShown((following) => following.stopped.length > 0);
  assert.deepEqual(
    stopped.map(({ reason, code }) => [reason, code]),
    [['suspect', 'cursor_ahead']],
  );
  assert.deepEqual(await at.reads(), ['one', 'two']);
});

test('[STR-24] a hub that lost events goes on in a new epoch; what it lost stays and is marked (F111)', async () => {
  using at = await scene();
  const { hub } = at;
  await twoMessages(at);
  const [fork] = hub.streams.get(hub.channel)!.slice(-2);
  forgets(hub, 1);
  const start = hub.add(hub.channel, 'epoch.start', {}, { epoch: 2, seq: 0, prev: fork!.hash });
  hub.push(hub.channel, start);
  hub.push(hub.channel, hub.says('three'));
  await at.sees('one', 'two', 'three');
  const { stopped, orphans } = await at.shown();
  assert.deepEqual([stopped, orphans], [[], 1]);
  const params = { space: at.space.id, channel: hub.channel };
  const { messages } = await at.bob.client.call(listMessages, { params, query: {} });
  assert.deepEqual(
    messages.map(({ id, content }) => [id, content]),
    [
      ['1.1', 'one'],
      ['1.2', 'two'],
      ['2.1', 'three'],
    ],
  );
});

test('[STR-24] a new epoch from a place that was never here stops the stream (F111)', async () => {
  using at = await scene();
  const { hub } = at;
  await twoMessages(at);
  const elsewhere = hub.write(hub.channel, 'message.create', { content: 'never shown here' });
  hub.put(hub.channel, { ...hub.write(hub.channel, 'epoch.start', {}, { epoch: 2, seq: 0, prev: elsewhere.hash }) });
  hub.push(hub.channel, hub.streams.get(hub.channel)!.at(-1)!);
  const { stopped } = await at.untilShown((following) => following.stopped.length > 0);
  assert.deepEqual(
    stopped.map(({ reason, code }) => [reason, code]),
    [['broken_chain', 'unknown_fork_point']],
  );
  assert.deepEqual(await at.reads(), ['one', 'two']);
});

test('[STR-24] a fork point that is hidden here is found by the events before it', async () => {
  using at = await scene();
  const { hub } = at;
  const hide = ({ epoch, seq, hash, ...line }: PuppetLine) => ({
    ...line,
    ...{ epoch, seq, hash },
    text: canonical({ hid: { epoch, seq, hash } }),
  });
  const one = hub.says('one');
  const hidden = hide(hub.write(hub.channel, 'message.create', { content: 'not for b' }));
  hub.put(hub.channel, hidden);
  hub.push(hub.channel, one, hidden, hub.says('two'));
  await at.sees('one', 'two');
  forgets(hub, 1);
  const { epoch, seq, hash } = hidden;
  const start = hub.add(hub.channel, 'epoch.start', { fork: { epoch, seq, hash } }, { epoch: 2, seq: 0, prev: hash });
  hub.push(hub.channel, start);
  hub.push(hub.channel, hub.says('three'));
  await at.sees('one', 'two', 'three');
  const { stopped, orphans } = await at.shown();
  assert.deepEqual([stopped, orphans], [[], 1]);
});

test('[STR-24] [FOL-7] where all that is here was lost, the stream goes on, and the past can be read', async () => {
  let isPastShown = false;
  using at = await FollowerScene.open(network, b, (made) => {
    made.says('kept');
    made.says('kept too');
    made.says('lost');
    made.instead = (path, query) =>
      !isPastShown && path.endsWith(`/${made.channel}/events`) && query.has('before') ? { body: '' } : undefined;
  });
  const { hub } = at;
  hub.push(hub.channel, hub.says('lost too'));
  await at.watcher.sees('message.created', ({ message }) => message.content === 'lost too');
  forgets(hub, 2);
  isPastShown = true;
  const { epoch, seq, hash } = hub.streams.get(hub.channel)!.at(-1)!;
  const start = hub.add(hub.channel, 'epoch.start', { fork: { epoch, seq, hash } }, { epoch: 2, seq: 0, prev: hash });
  hub.push(hub.channel, start);
  hub.push(hub.channel, hub.says('goes on'));
  await at.watcher.sees('message.created', ({ message }) => message.content === 'goes on');
  while (!(await at.reads()).includes('kept')) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(
    (await at.reads()).filter((text) => !text.startsWith('lost')),
    ['kept', 'kept too', 'goes on'],
  );
  assert.deepEqual((await at.shown()).stopped, []);
});

test('[STR-24] a hub with endless epochs that lead nowhere is asked seldom', async () => {
  using at = await scene();
  const { hub } = at;
  await twoMessages(at);
  let asked = 0;
  hub.instead = (path, query) => {
    if (path !== `/spaces/${hub.space}/streams/${hub.channel}/events`) return undefined;
    asked++;
    const [epoch = 0] = (query.get('before') ?? '').split('.').map(Number);
    if (epoch === 0) return { status: 409, body: canonical({ code: 'fork', message: 'It goes on elsewhere.' }) };
    const prev = 'A'.repeat(43);
    const line = hub.write(hub.channel, 'epoch.start', {}, { epoch: Math.min(epoch, 1_000_000) - 1, seq: 0, prev });
    return { body: `${line.text}\n` };
  };
  const gap = () => hub.push(hub.channel, hub.write(hub.channel, 'message.create', { content: 'gap' }, { seq: 9 }));
  gap();
  await at.untilShown(({ stopped }) => stopped.length > 0);
  for (let n = 0; n < 20; n++) gap();
  hub.push('_', hub.add('_', 'space.update', { description: 'after that' }));
  await at.watcher.sees('space.updated', ({ space }) => space.description === 'after that');
  assert.ok(asked <= 140, `${asked}`);
});
