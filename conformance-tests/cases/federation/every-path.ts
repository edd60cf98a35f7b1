import assert from 'node:assert/strict';
import type { Case } from '../../case.ts';
import { federated, type FederatedScene } from '../../federated-case.ts';
import type { Person } from '../../person.ts';
import { randomId } from '../../puppet/keys.ts';
import type { PuppetHub } from '../../puppet/puppet-hub.ts';
import type { PuppetLine } from '../../puppet/puppet-line.ts';
import { textsOf } from './what-is-shown.ts';

type Write = (hub: PuppetHub, type: string, body: object) => PuppetLine;

/** Lines that stop a stream, and how they are written. [STR-16] */
const broken = new Map<string, Write>([
  [
    'not canonical',
    (hub, type, body) => {
      const line = hub.write(hub.channel, type, body);
      return { ...line, text: line.text.replace('{"ev":', '{"ev": ') };
    },
  ],
  ['of another stream', (hub, type, body) => hub.write(hub.channel, type, body, { stream: randomId('c_') })],
  ['of another space', (hub, type, body) => hub.write(hub.channel, type, body, { space: `s_${'a'.repeat(32)}` })],
  [
    'signed by nobody',
    (hub, type, body) => hub.write(hub.channel, type, body, {}, { signature: `${'A'.repeat(85)}A` }),
  ],
  [
    'signed for another context',
    (hub, type, body) => {
      const line = hub.write(hub.channel, type, body);
      const { sig } = hub.checkpoint(hub.channel, 'A'.repeat(43)) as { sig: string };
      return { ...line, text: line.text.replace(/"sig":"[^"]*","space"/, `"sig":"${sig}","space"`) };
    },
  ],
]);

const secret = 'never to be shown';
const message = ['message.create', { content: secret }] as const;

/** The ways on which a line comes. Each ends with a reader of the homeserver under test who follows the hub. */
const ways = new Map<string, (scene: FederatedScene, write: Write) => Promise<{ hub: PuppetHub; reader: Person }>>([
  [
    'pushed',
    async (scene, write) => {
      const hub = await scene.hub();
      const reader = await scene.follower(hub);
      hub.push(hub.channel, write(hub, ...message));
      return { hub, reader };
    },
  ],
  [
    'asked for',
    async (scene, write) => {
      const hub = await scene.hub();
      const reader = await scene.follower(hub);
      hub.put(hub.channel, write(hub, ...message));
      hub.pushHeads();
      return { hub, reader };
    },
  ],
  [
    'of the past',
    async (scene, write) => {
      const hub = await scene.hub((made) => {
        made.message('older');
        made.put(made.channel, write(made, ...message));
        made.message('newer');
      });
      const reader = await scene.follower(hub);
      await textsOf(reader, hub);
      return { hub, reader };
    },
  ],
  [
    'of the state',
    async (scene, write) => {
      const hub = await scene.hub((made) => {
        const state = [...made.answers.stateOf(made.channel), write(made, 'channel.update', { name: secret })];
        made.put(made.channel, state.at(-1)!);
        made.answers.instead = ({ path }) =>
          path.endsWith(`/streams/${made.channel}/state`) ? made.answers.state(made.channel, state) : undefined;
      });
      return { hub, reader: await scene.follower(hub) };
    },
  ],
]);

/** One case for each way and each kind of broken line: the verdict must not depend on the way. */
export const everyPathCases: Case[] = [...broken].flatMap(([kind, write]) =>
  [...ways].map(([way, arrives]) =>
    federated(['STR-20', 'STR-15', 'STR-16'], `a line that is ${kind} is never shown: ${way} (F115)`, async (scene) => {
      const { hub, reader } = await arrives(scene, write);
      const description = 'the others run on';
      hub.push('_', hub.add('_', 'space.update', { description }));
      await reader.sees('space.updated', (d) => d.space.description === description);
      const other = hub.addChannel('other');
      hub.pushHeads();
      await reader.sees('channel.created', (d) => d.channel.id === other);
      hub.push(other, hub.add(other, 'message.create', { content: 'sentinel' }));
      await reader.sees('message.created', (d) => d.message.content === 'sentinel');
      assert.ok(!JSON.stringify([reader.gateway!.state, reader.gateway!.texts]).includes(secret));
    }),
  ),
);
