import assert from 'node:assert/strict';
import { federated } from '../../federated-case.ts';
import { canonical } from '../../puppet/keys.ts';
import { eventually } from '../../waiting.ts';
import { showsExactly, textsOf } from './what-is-shown.ts';

export const epochCases = [
  federated(['FOL-6', 'REP-5'], 'a hub that is behind what is here loses nothing here (F109)', async (scene) => {
    const hub = await scene.hub();
    const reader = await scene.follower(hub);
    hub.says('one');
    hub.says('two');
    await showsExactly(reader, hub, 'one', 'two');
    const lost = hub.forgets(hub.channel, 1);
    let refusals = 0;
    hub.answers.instead = ({ path }) => {
      if (!path.endsWith(`/streams/${hub.channel}/events`)) return undefined;
      refusals++;
      const checkpoint = hub.checkpoint(hub.channel, 'A'.repeat(43));
      return {
        status: 409,
        body: canonical({ code: 'cursor_ahead', message: 'not that far', details: { checkpoint } }),
      };
    };
    hub.pushHeads();
    await eventually(scene.signal, async () => refusals > 0, 'it was told that it is ahead');
    assert.deepEqual(await textsOf(reader, hub), ['one', 'two']);
    const fromStart = hub.puppet.asked.filter(({ path, query }) => path.endsWith('/events') && query.size === 0);
    assert.equal(fromStart.length, 0, 'it does not begin anew');
    hub.answers.instead = undefined;
    hub.put(hub.channel, ...lost);
    hub.says('three');
    await showsExactly(reader, hub, 'one', 'two', 'three');
  }),

  federated('FOL-6', 'an empty page of a hub that is behind is not "that is all" (F110)', async (scene) => {
    const hub = await scene.hub();
    const reader = await scene.follower(hub);
    hub.says('one');
    hub.says('two');
    await showsExactly(reader, hub, 'one', 'two');
    const lost = hub.forgets(hub.channel, 2);
    const checkpoints = () => hub.puppet.asked.filter(({ path }) => path.endsWith(`/${hub.channel}/checkpoint`)).length;
    const before = checkpoints();
    hub.pushHeads();
    await eventually(scene.signal, async () => checkpoints() > before, 'it asks where the hub really is');
    assert.deepEqual(await textsOf(reader, hub), ['one', 'two']);
    // What is written at the same places is another past, and does not take the place of the first.
    hub.says('another two');
    const other = hub.addChannel('other');
    hub.pushHeads();
    await reader.sees('channel.created', (d) => d.channel.id === other);
    assert.deepEqual(await textsOf(reader, hub), ['one', 'two']);
    hub.forgets(hub.channel, 1);
    hub.put(hub.channel, ...lost);
    hub.says('three');
    await reader.sees('message.created', (d) => d.message.content === 'three');
    assert.deepEqual(await textsOf(reader, hub), ['one', 'two', 'three']);
  }),

  federated(
    ['STR-22', 'STR-24'],
    'a new epoch goes on from the fork point; what was lost is kept (F111)',
    async (scene) => {
      const hub = await scene.hub();
      const reader = await scene.follower(hub);
      hub.says('one');
      hub.says('two');
      await showsExactly(reader, hub, 'one', 'two');
      hub.forgets(hub.channel, 1);
      const { epoch, seq, hash } = hub.headOf(hub.channel);
      const body = { fork: { epoch, seq, hash } };
      const start = hub.add(hub.channel, 'epoch.start', body, { epoch: 2, seq: 0, prev: hash });
      hub.push(hub.channel, start);
      hub.says('three');
      await showsExactly(reader, hub, 'one', 'two', 'three');
      const { messages } = await reader.reads(hub.place);
      assert.deepEqual(
        messages.map(({ id, content }) => [id, content]),
        [
          ['1.1', 'one'],
          ['1.2', 'two'],
          ['2.1', 'three'],
        ],
      );
    },
  ),

  federated(['STR-24', 'STR-16'], 'a new epoch from nowhere is not followed (F111)', async (scene) => {
    const hub = await scene.hub();
    const reader = await scene.follower(hub);
    hub.says('one');
    await showsExactly(reader, hub, 'one');
    const elsewhere = hub.write(hub.channel, 'message.create', { content: 'never shown here' });
    const { epoch, seq, hash } = elsewhere;
    hub.add(hub.channel, 'epoch.start', { fork: { epoch, seq, hash } }, { epoch: 2, seq: 0, prev: hash });
    hub.push(hub.channel, hub.headOf(hub.channel));
    hub.says('in the wrong epoch');
    const other = hub.addChannel('other');
    hub.pushHeads();
    await reader.sees('channel.created', (d) => d.channel.id === other);
    hub.push(other, hub.add(other, 'message.create', { content: 'elsewhere' }));
    await showsExactly(reader, hub, 'one', 'elsewhere');
    assert.deepEqual(await textsOf(reader, hub), ['one']);
  }),
];
