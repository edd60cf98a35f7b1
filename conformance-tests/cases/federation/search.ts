import assert from 'node:assert/strict';
import { searchMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { federated } from '../../federated-case.ts';
import { eventually } from '../../waiting.ts';
import { showsExactly } from './what-is-shown.ts';

export const searchAcrossCases = [
  federated(
    ['SRCH-6', 'FOL-12'],
    'what is here is searched, how far back is said, and with `deeper` the hub is asked for more',
    async (scene) => {
      const hub = await scene.hub();
      hub.says('the oldest needle');
      for (let n = 0; n < 130; n++) hub.says(`hay ${n}`);
      hub.says('the newest needle');
      const reader = await scene.follower(hub);
      const search = async (more: { deeper?: boolean } = {}) => {
        const { messages, back_to } = await reader.asks(searchMessages, {
          query: { q: 'needle', space: hub.space, ...more },
        });
        return { found: messages.map(({ content }) => content), isAll: back_to === null };
      };
      let here = await search();
      const isThere = async () => (here = await search()).found.length > 0;
      await eventually(scene.signal, isThere, 'the newest messages are here');
      if (here.isAll) assert.deepEqual(here.found, ['the newest needle', 'the oldest needle']);
      else assert.deepEqual(here.found, ['the newest needle']);
      for (let times = 0; !here.isAll && times < 10; times++) here = await search({ deeper: true });
      assert.deepEqual(here, { found: ['the newest needle', 'the oldest needle'], isAll: true });
    },
  ),

  federated(['SRCH-5', 'FOL-13', 'STR-21'], 'what the hub erases is not found here any more (F125)', async (scene) => {
    const hub = await scene.hub();
    const reader = await scene.follower(hub);
    const doomed = hub.says('doomed words of search');
    await showsExactly(reader, hub, 'doomed words of search');
    const find = async () => {
      const { messages } = await reader.asks(searchMessages, { query: { q: 'doomed' } });
      return messages.map(({ content }) => content);
    };
    assert.deepEqual(await find(), ['doomed words of search']);
    const id = `${doomed.epoch}.${doomed.seq}`;
    hub.push(hub.channel, hub.add(hub.channel, 'message.delete', {}, { ref: [id] }));
    await reader.sees('message.deleted', (d) => d.messages.includes(id));
    assert.deepEqual(await find(), []);
  }),
];
