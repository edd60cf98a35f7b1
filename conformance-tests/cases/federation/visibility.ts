import assert from 'node:assert/strict';
import * as blocked from '@folkmoot/protocol-spec/schemas/client/blocked-servers.ts';
import { deleteMessage, getMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { setPrivacy } from '@folkmoot/protocol-spec/schemas/client/relationships.ts';
import { federated } from '../../federated-case.ts';
import type { Community, Person, Place } from '../../person.ts';
import { placeOf } from '../../person.ts';
import { readChain, readLine } from '../../puppet/check-lines.ts';
import { canonical, randomId } from '../../puppet/keys.ts';
import type { Puppet } from '../../puppet/puppet.ts';
import { PuppetUser } from '../../puppet/puppet-user.ts';
import { showsExactly, textsOf } from './what-is-shown.ts';

export const streamPath = ({ space, channel }: Place, rest = 'events') => `/spaces/${space}/streams/${channel}/${rest}`;
const ofStream = (place: Place) => ['events', 'state', 'checkpoint'].map((rest) => streamPath(place, rest));
const ofSpace = ({ space }: Community) => [
  `/spaces/${space}`,
  `/spaces/${space}/members`,
  ...ofStream({ space, channel: '_' }),
];

/** Refused in the same words as what never existed. */
async function isNothing(puppet: Puppet, path: string): Promise<void> {
  const missing = path.startsWith('/users/') ? `/users/u_${'a'.repeat(32)}` : `/spaces/s_${'a'.repeat(32)}`;
  const [there, nowhere] = [await puppet.gets(path), await puppet.gets(missing)];
  const said = (text: string) => text.replace(/"(request|server_time)":("[^"]*"|\d+)/g, '');
  assert.deepEqual([there.status, said(there.text)], [404, said(nowhere.text)], path);
}

export const visibilityCases = [
  federated(
    ['VIS-2', 'REP-2'],
    'a server without members is told of nothing, in the same words (F117)',
    async (scene) => {
      const [owner] = await scene.visitors('owner');
      const club = await owner.founds('Nobody elsewhere');
      await owner.says(club.general, 'among us');
      const stranger = await scene.puppet();
      for (const path of [...ofSpace(club), ...ofStream(club.general), `/users/${owner.id}`])
        await isNothing(stranger, path);
      for (const path of [
        '/spaces/x',
        '/spaces/..%2f',
        `/spaces/${club.space}/streams/x/events`,
        `/spaces/${club.space}%00`,
      ])
        assert.equal((await stranger.gets(path)).status, 404, path);
      const live = await stranger.follows();
      await owner.says(club.general, 'still among us');
      live.send({ op: 'interest', channels: [club.general.channel] });
      const other = await owner.founds('Somebody elsewhere');
      await new PuppetUser(stranger, 'bob').joins(other.space, await owner.makesInvite(other));
      await live.heads(other.space);
      await owner.says(other.general, 'sentinel');
      await live.hears('sentinel');
      assert.ok(!stranger.heard.join().includes(club.space) && !stranger.heard.join().includes('among us'));
    },
  ),

  federated(
    ['VIS-1', 'REP-3', 'REP-7', 'LIVE-2', 'LIVE-7'],
    'nothing of a channel that no user of a server sees ever reaches it (F118)',
    async (scene) => {
      const [owner, friend] = await scene.people('owner', 'friend');
      const club = await owner.founds('With a back room');
      await owner.invites(friend, club);
      const bob = await scene.member(owner, club);
      const live = await bob.puppet.follows();
      await live.heads(club.space);
      const secret = await owner.makesChannel(club, 'hush-hush', { private: true, topic: 'a secret topic' });
      await owner.overrides(secret, friend.id, { allow: ['channel.view'] });
      live.send({ op: 'interest', channels: [secret.channel, club.general.channel] });
      const words = await owner.says(secret, 'whispered words');
      await owner.edits(words, 'whispered again');
      await friend.reacts(words, '🤫');
      await owner.pins(words);
      await friend.types(secret);
      await owner.marksRead(words);
      await owner.deletes(await owner.says(secret, 'whispered and gone'));
      for (const path of ofStream(secret)) await isNothing(bob.puppet, path);
      for (const path of [...ofSpace(club), ...ofStream(club.general), '/erasures'])
        assert.equal((await bob.puppet.gets(path)).status, 200, path);
      for (const intent of [
        bob.message(secret, 'a guess'),
        bob.deed(secret.space, secret.channel, 'reaction.add', { emoji: '👍' }, { ref: [words.id] }),
        bob.deed(secret.space, secret.channel, 'message.delete', {}, { ref: [words.id] }),
      ]) {
        const nowhere = bob.message({ ...secret, channel: randomId('c_') }, 'a guess');
        const [there, none] = [await bob.puppet.intends(intent), await bob.puppet.intends(nowhere)];
        assert.deepEqual({ ...there, id: '' }, { ...none, id: '' });
      }
      await owner.says(club.general, 'sentinel');
      await live.hears('sentinel');
      const heard = bob.puppet.heard.join('\n');
      for (const hidden of [secret.channel, 'hush-hush', 'secret topic', 'whispered', '🤫'])
        assert.ok(!heard.includes(hidden), `${hidden} reached it`);
    },
  ),

  federated(
    ['VIS-1', 'VIS-3', 'LIVE-2', 'STR-6'],
    'a channel that was hidden for a time comes back with hashes in place of what was said (F119)',
    async (scene) => {
      const [owner] = await scene.people('owner');
      const club = await owner.founds('Sometimes');
      const bob = await scene.member(owner, club);
      const room = await owner.makesChannel(club, 'room');
      const live = await bob.puppet.follows();
      await live.heads(club.space, (streams) => room.channel in streams);
      await owner.says(room, 'before');
      await live.hears('before');
      await owner.overrides(room, 'everyone', { deny: ['channel.view'] });
      await live.heads(club.space, (streams) => !(room.channel in streams));
      live.send({ op: 'interest', channels: [room.channel, club.general.channel] });
      await owner.says(room, 'said in the dark');
      await owner.types(room);
      await owner.says(room, 'more in the dark');
      for (const path of ofStream(room)) await isNothing(bob.puppet, path);
      await owner.says(club.general, 'sentinel');
      await live.hears('sentinel');
      await owner.overrides(room, 'everyone', {});
      await live.heads(club.space, (streams) => room.channel in streams);
      await owner.says(room, 'after');
      await live.hears('after');
      const { lines } = await bob.puppet.gets(streamPath(room));
      const keyOf = (kid: string) => bob.puppet.keyOfHome(scene.home.name, kid);
      const chain = await readChain(lines, { space: club.space, stream: room.channel, keyOf });
      const kinds = chain.map(({ ev }) => ev?.type ?? 'hidden');
      assert.deepEqual(
        kinds.filter((kind) => kind === 'hidden' || kind === 'message.create'),
        ['message.create', 'hidden', 'hidden', 'message.create'],
      );
      const heard = bob.puppet.heard.join('\n');
      assert.ok(!heard.includes('in the dark'));
      const typed = live.frames.filter(
        ({ op, items }) => op === 'ephemeral' && items?.some(({ channel }) => channel === room.channel),
      );
      assert.equal(typed.length, 0);
    },
  ),

  federated(['VIS-4'], 'a server whose last member was removed reads of that, and of nothing later', async (scene) => {
    const [owner] = await scene.people('owner');
    const club = await owner.founds('Removed');
    const bob = await scene.member(owner, club);
    const live = await bob.puppet.follows();
    await live.heads(club.space);
    const before = (await bob.puppet.gets(streamPath({ ...club, channel: '_' }))).lines;
    await owner.kicks(club, bob as unknown as Person);
    await live.heads(club.space, (streams) => Object.keys(streams).length === 0);
    await owner.makesRole(club, 'Later');
    await owner.says(club.general, 'not for them');
    const then = (await bob.puppet.gets(streamPath({ ...club, channel: '_' }))).lines;
    assert.deepEqual(then.slice(0, before.length), before);
    assert.deepEqual(
      then.slice(before.length).map((line) => readLine(line).ev?.type),
      ['member.kick'],
    );
    for (const path of [`/spaces/${club.space}`, ...ofStream(club.general)]) await isNothing(bob.puppet, path);
    assert.ok(!bob.puppet.heard.join().includes('not for them'));
  }),

  federated(['PPL-3', 'PPL-2', 'PPL-9'], 'who shares nothing with a server is nobody for it (F123)', async (scene) => {
    const [owner, hermit] = await scene.people('owner', 'hermit');
    const club = await owner.founds('Known');
    const bob = await scene.member(owner, club);
    assert.equal((await bob.puppet.gets(`/users/${owner.id}`)).status, 200);
    await isNothing(bob.puppet, `/users/${hermit.id}`);
    await isNothing(bob.puppet, `/users/${bob.id}`);
    const asked = async (handle: string) => {
      const said = await bob.puppet.posts('/users/query', { v: 1, handle, from: bob.id });
      return [said.status, said.text.replace(/"(request|server_time)":("[^"]*"|\d+)/g, '')];
    };
    const nobody = await asked('nobody_of_this_name');
    await hermit.asks(setPrivacy, { body: { found_by: 'nobody', requests_from: 'nobody' } });
    assert.deepEqual(await asked(hermit.handle), nobody);
    assert.equal(nobody[0], 404);
    const watch = [owner.id, hermit.id].map((user) => ({ user, by: [bob.id] }));
    const { status, text } = await bob.puppet.posts('/presence/watch', { v: 1, watch });
    assert.equal(status, 200);
    assert.ok(!text.includes(hermit.id));
  }),

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

  federated(
    ['VIS-5', 'MOD-6', 'REP-9'],
    'a server that a community blocks is refused at every door but erasures (F136)',
    async (scene) => {
      const [owner] = await scene.people('owner');
      const club = await owner.founds('Blocking');
      const bob = await scene.member(owner, club);
      const live = await bob.puppet.follows();
      await live.heads(club.space);
      const code = await owner.makesInvite(club);
      const server = bob.puppet.name;
      await owner.asks(blocked.blockServer, { params: { space: club.space, server }, body: { reason: 'spam' } });
      await owner.says(club.general, 'among us');
      for (const path of [...ofSpace(club), ...ofStream(club.general)]) {
        const said = await bob.puppet.gets(path);
        assert.deepEqual([said.status, said.code], [403, 'server_blocked'], path);
      }
      const dora = new PuppetUser(bob.puppet, 'dora');
      for (const intent of [
        bob.message(club.general, 'x'),
        bob.joining(club.space, code),
        dora.joining(club.space, code),
        bob.deed(club.space, '_', 'member.leave', {}),
      ])
        assert.deepEqual((await bob.refused(intent))[1], 'server_blocked');
      assert.equal((await bob.puppet.gets('/erasures')).status, 200);
      const preview = await bob.puppet.gets(`/invites/${code}`);
      assert.ok([403, 404].includes(preview.status), `${preview.status}`);
      const other = await owner.founds('Open');
      await bob.joins(other.space, await owner.makesInvite(other));
      await live.heads(other.space);
      live.send({ op: 'ephemeral', items: [{ ...club.general, user: bob.id, kind: 'typing', ts: Date.now() }] });
      await owner.says(other.general, 'sentinel');
      await live.hears('sentinel');
      assert.ok(!bob.puppet.heard.join().includes('among us'));
      assert.ok(!owner.gateway!.events().some(({ t }) => t === 'typing.started'));
      await owner.asks(blocked.unblockServer, { params: { space: club.space, server } });
      await bob.joins(club.space, code);
      await bob.says(club.general, 'back again');
    },
  ),

  federated(
    ['VIS-5', 'INT-2'],
    'a user of a blocked server does not speak through another one (F137)',
    async (scene) => {
      const [owner] = await scene.people('owner');
      const club = await owner.founds('Through others');
      const bob = await scene.member(owner, club);
      const helper = await scene.member(owner, club, 'helper');
      const params = { space: club.space, server: bob.puppet.name };
      await owner.asks(blocked.blockServer, { params, body: {} });
      assert.equal((await bob.refused(bob.message(club.general, 'x'), helper.puppet))[1], 'wrong_origin');
      const claimed = helper.message(club.general, 'x', { actor: bob.id, n: 1_000_000 });
      assert.notEqual((await helper.refused(claimed))[1], undefined);
      const code = await owner.makesInvite(club);
      assert.notEqual((await helper.refused(bob.joining(club.space, code), helper.puppet))[1], undefined);
      await helper.says(club.general, 'only me');
      assert.deepEqual(
        (await owner.reads(club.general)).messages.map(({ content }) => content),
        ['only me'],
      );
    },
  ),
];
