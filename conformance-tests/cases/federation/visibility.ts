import assert from 'node:assert/strict';
import { setPrivacy } from '@folkmoot/protocol-spec/schemas/client/relationships.ts';
import { federated } from '../../federated-case.ts';
import type { Person } from '../../person.ts';
import { readChain, readLine } from '../../puppet/check-lines.ts';
import { randomId } from '../../puppet/keys.ts';
import type { Puppet } from '../../puppet/puppet.ts';
import { PuppetUser } from '../../puppet/puppet-user.ts';
import { ofSpace, ofStream, streamPath } from './stream-path.ts';

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
];
