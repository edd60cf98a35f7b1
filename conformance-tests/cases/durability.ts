import assert from 'node:assert/strict';
import { getAccount, setPresence } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { newIntentId } from '@folkmoot/protocol-spec/client/intent-id.ts';
import { sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { conformance } from '../case.ts';

export const durabilityCases = [
  conformance(
    ['API-8', 'EVT-3', 'GW-16', 'STR-23'],
    'what was answered or seen is there after the process was killed',
    async ({ people, target }) => {
      const [author, reader] = await people('author', 'reader');
      const club = await author.founds('Tea club');
      await author.invites(reader);
      const answered: string[] = [];
      for (let round = 0; round < 3; round++) {
        const watching = round === 0 ? reader.gateway! : await reader.watches();
        const before = answered.length;
        let isDead = false;
        const talks = async () => {
          while (!isDead) {
            const body = { content: 'hello', nonce: newIntentId() };
            const sent = await author.tries(sendMessage, { params: { ...club.general }, body }).catch(() => undefined);
            if (sent?.status === 201) answered.push((JSON.parse(sent.text) as { id: string }).id);
          }
        };
        const talking = Promise.all([talks(), talks(), talks(), talks()]);
        await watching.until(() => watching.count > 30, 'some was seen');
        const killed = target.kill();
        await watching.closing();
        isDead = true;
        await killed;
        await talking;
        const seen = watching.events().flatMap((event) => (event.t === 'message.created' ? [event.d.message.id] : []));
        const { messages } = await author.reads(club.general, { limit: 100 });
        const oldest = messages[0]!.id;
        const stored = new Set(messages.map(({ id }) => id));
        const isRecent = (id: string) => Number(id.split('.')[1]) >= Number(oldest.split('.')[1]);
        for (const id of [...answered.slice(before), ...seen].filter(isRecent))
          assert.ok(stored.has(id), `${id} is lost`);
      }
      assert.equal(new Set(answered).size, answered.length, 'no position was given twice');
    },
    { needs: ['kill'], patience: 240_000 },
  ),

  conformance(
    ['PRE-1', 'ACC-5', 'EVT-3'],
    'a restart changes nothing but the sockets',
    async ({ people, target }) => {
      const [ada, bo] = await people('Ada', 'Bo');
      const club = await ada.founds('Tea club');
      await ada.invites(bo);
      await ada.says(club.general, 'before');
      await ada.asks(setPresence, { body: { status: 'dnd', text: 'asleep' } });
      const before = await ada.opens(club);
      const { session } = await bo.gateway!.frame('ready');
      await target.restart();
      const code = await bo.gateway!.closing();
      assert.ok([1012, 1006, 1001].includes(code), `${code}`);
      assert.deepEqual((await ada.asks(getAccount)).presence, { status: 'dnd', text: 'asleep' });
      assert.deepEqual(await ada.opens(club), before);
      const back = bo.connects();
      await back.frame('hello');
      back.send({ op: 'resume', token: bo.token, session, seq: 0 });
      await back.until(() => back.frames.length > 1, 'an answer came');
      assert.ok(['resumed', 'invalid_session'].includes(back.frames[1]!.op));
    },
    { needs: ['restart'] },
  ),

  conformance(
    ['GW-8', 'GW-14'],
    'a homeserver that stops says so before it closes',
    async ({ people, target }) => {
      const [ada, bo] = await people('Ada', 'Bo');
      await target.restart();
      for (const person of [ada, bo]) {
        assert.equal(await person.gateway!.closing(), 1012);
        const reconnect = person.gateway!.frames.find(({ op }) => op === 'reconnect');
        assert.ok(reconnect, person.gateway!.summary());
      }
    },
    { needs: ['restart'] },
  ),
];
