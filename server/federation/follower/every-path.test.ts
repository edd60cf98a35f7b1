import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
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

type Write = (hub: PuppetHub, type: string, body: object) => PuppetLine;

/** Lines that are wrong, and why. */
const broken = new Map<string, { verdict: [string, string]; write: Write }>([
  [
    'not canonical',
    {
      verdict: ['not_canonical', 'not_canonical'],
      write(hub, type, body) {
        const line = hub.write(hub.channel, type, body);
        return { ...line, text: line.text.replace('{"ev":', '{"ev": ') };
      },
    },
  ],
  [
    'of another stream',
    {
      verdict: ['wrong_stream', 'wrong_stream'],
      write: (hub, type, body) => hub.write(hub.channel, type, body, { stream: `c_${'z'.repeat(26)}` }),
    },
  ],
  [
    'signed by nobody',
    {
      verdict: ['bad_signature', 'bad_signature'],
      write: (hub, type, body) => hub.write(hub.channel, type, body, {}, { signature: `${'A'.repeat(85)}A` }),
    },
  ],
  [
    'signed for another context',
    {
      verdict: ['bad_signature', 'bad_signature'],
      write(hub, type, body) {
        const line = hub.write(hub.channel, type, body);
        const { sig } = hub.checkpoint(hub.channel) as { sig: string };
        return { ...line, text: line.text.replace(/"sig":"[^"]*","space"/, `"sig":"${sig}","space"`) };
      },
    },
  ],
]);

const message = ['message.create', { content: 'never shown' }] as const;

/** The ways on which a line arrives. Each ends with bob following a hub that has sent it. */
const paths = new Map<string, (write: Write) => Promise<FollowerScene>>([
  [
    'pushed',
    async (write) => {
      const at = await FollowerScene.open(network, b);
      at.hub.push(at.hub.channel, write(at.hub, ...message));
      return at;
    },
  ],
  [
    'asked for',
    async (write) => {
      const at = await FollowerScene.open(network, b);
      at.hub.put(at.hub.channel, write(at.hub, ...message));
      at.hub.pushHeads();
      return at;
    },
  ],
  [
    'of the past',
    (write) =>
      FollowerScene.open(network, b, (hub) => {
        hub.put(hub.channel, write(hub, ...message));
        hub.says('after it');
      }),
  ],
  [
    'of the state',
    (write) =>
      FollowerScene.open(network, b, (hub) => {
        const state = [hub.streams.get(hub.channel)![0]!, write(hub, 'channel.update', { name: 'never shown' })];
        hub.put(hub.channel, state[1]!);
        hub.instead = (path) => {
          if (!path.endsWith(`/streams/${hub.channel}/state`)) return undefined;
          const header = { checkpoint: hub.checkpoint(hub.channel, state), members: 0, next: null };
          return { body: `${[canonical(header), ...state.map(({ text }) => text)].join('\n')}\n` };
        };
      }),
  ],
]);

for (const [kind, { verdict, write }] of broken) {
  for (const [way, arrives] of paths) {
    test(`[STR-20] a line that is ${kind} has the same verdict ${way} (F115)`, async () => {
      using at = await arrives(write);
      const { stopped } = await at.untilShown((following) => following.stopped.length > 0);
      assert.deepEqual(
        stopped.map(({ stream, reason, code }) => [stream, reason, code]),
        [[at.hub.channel, ...verdict]],
      );
      assert.ok(!JSON.stringify([at.watcher.state, at.watcher.events]).includes('never shown'));
      at.hub.push('_', at.hub.add('_', 'space.update', { description: 'the others run on' }));
      await at.watcher.sees('space.updated', ({ space }) => space.description === 'the others run on');
    });
  }
}
