import assert from 'node:assert/strict';
import { deleteMessage, getMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { federated } from '../../federated-case.ts';
import { placeOf } from '../../person.ts';
import { readChain, readLine } from '../../puppet/check-lines.ts';
import { canonical } from '../../puppet/keys.ts';
import { streamPath } from './stream-path.ts';
import { showsExactly, textsOf } from './what-is-shown.ts';

export const erasureCases = [
  federated(
    ['STR-21', 'FOL-13', 'MSG-4'],
    'what the hub erases is gone here: from history, snapshot and storage (F125)',
    async (scene) => {
      const hub = await scene.hub();
      const reader = await scene.follower(hub);
      const doomed = hub.says('doomed words of mouth');
      await showsExactly(reader, hub, 'doomed words of mouth');
      const id = `${doomed.epoch}.${doomed.seq}`;
      const log = hub.streams.get(hub.channel)!;
      const { ev } = JSON.parse(doomed.text) as { ev: object };
      log[log.indexOf(doomed)] = { ...doomed, text: canonical({ ev, p: null }) };
      hub.push(hub.channel, hub.add(hub.channel, 'message.delete', {}, { ref: [id] }));
      await reader.sees('message.deleted', (d) => d.messages.includes(id));
      assert.deepEqual(await textsOf(reader, hub), []);
      await reader.isRefused('not_found', getMessage, { params: { ...hub.place, message: id } });
      assert.ok(!JSON.stringify(reader.gateway!.state).includes('doomed words'));
      hub.says('after it');
      await reader.sees('message.created', (d) => d.message.content === 'after it');
      const [fresh] = await scene.people('fresh');
      assert.ok(!fresh.gateway!.texts.join().includes('doomed words'));
    },
  ),

  federated(
    ['STR-21', 'FOL-13'],
    'what the hub erases is not stored here any more (F125)',
    async (scene) => {
      const hub = await scene.hub();
      const reader = await scene.follower(hub);
      const doomed = hub.says('doomed words of ink');
      hub.says('kept words of ink');
      await showsExactly(reader, hub, 'doomed words of ink', 'kept words of ink');
      const erased = `${doomed.epoch}.${doomed.seq}`;
      hub.answers.erasures.push({ space: hub.space, stream: hub.channel, erased: [erased] });
      hub.push(hub.channel, hub.add(hub.channel, 'message.delete', {}, { ref: [erased] }));
      await reader.sees('message.deleted', (d) => d.messages.includes(erased));
      await scene.home.restart();
      const stored = await scene.home.storedBytes();
      assert.ok(stored.includes('kept words of ink'), 'the right bytes are looked at');
      assert.ok(!stored.includes('doomed words of ink'));
    },
    { needs: ['storedBytes', 'restart'] },
  ),

  federated(
    ['STR-21', 'REP-4', 'REP-9'],
    'a follower that comes later gets what was erased without payload, and the chain holds (F126)',
    async (scene) => {
      const [owner] = await scene.people('owner');
      const club = await owner.founds('Erased');
      const early = await scene.member(owner, club, 'early');
      const doomed = await owner.says(club.general, 'doomed words');
      await owner.edits(doomed, 'doomed words, edited');
      await owner.says(club.general, 'kept words');
      const { lines: full } = await early.puppet.gets(streamPath(club.general));
      const salts = full
        .map((line) => readLine(line))
        .filter(({ p }) => JSON.stringify(p).includes('doomed'))
        .map(({ p }) => p!.salt);
      assert.equal(salts.length, 2);
      await owner.asks(deleteMessage, { params: placeOf(doomed) });
      const late = await scene.member(owner, club, 'late');
      const { lines } = await late.puppet.gets(streamPath(club.general));
      const keyOf = (kid: string) => late.puppet.keyOfHome(scene.home.name, kid);
      const chain = await readChain(lines, { space: club.space, stream: club.general.channel, keyOf });
      assert.deepEqual(
        chain.map(({ hash }) => hash).slice(0, full.length),
        full.map((line) => readLine(line).hash),
      );
      assert.deepEqual(
        chain.filter(({ ev }) => ev?.type.startsWith('message.')).map(({ p }) => p === null),
        [true, true, false, false],
      );
      for (const gone of ['doomed', ...salts]) assert.ok(!late.puppet.heard.join().includes(gone), gone);
      const { body } = await early.puppet.gets('/erasures');
      const ours = (body['erasures'] as { space: string; erased: string[] }[]).filter(
        ({ space }) => space === club.space,
      );
      assert.deepEqual(
        ours.flatMap(({ erased }) => erased).sort(),
        [doomed.id, `1.${Number(doomed.id.split('.')[1]) + 1}`].sort(),
      );
    },
  ),
];
