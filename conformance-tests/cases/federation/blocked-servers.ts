import assert from 'node:assert/strict';
import { blockServer, unblockServer } from '@folkmoot/protocol-spec/schemas/client/blocked-servers.ts';
import { federated } from '../../federated-case.ts';
import { PuppetUser } from '../../puppet/puppet-user.ts';
import { ofSpace, ofStream } from './stream-path.ts';

export const blockedServerCases = [
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
      await owner.asks(blockServer, { params: { space: club.space, server }, body: { reason: 'spam' } });
      await owner.says(club.general, 'among us');
      const reports = `/spaces/${club.space}/reports?user=${bob.id}`;
      for (const path of [...ofSpace(club), ...ofStream(club.general), reports]) {
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
      await owner.sees('member.joined', (d) => d.space === other.space);
      const typing = { user: bob.id, kind: 'typing', ts: Date.now() };
      live.send({ op: 'ephemeral', items: [club.general, other.general].map((place) => ({ ...place, ...typing })) });
      await owner.sees('typing.started', (d) => d.space === other.space);
      await owner.says(other.general, 'sentinel');
      await live.hears('sentinel');
      assert.ok(!bob.puppet.heard.join().includes('among us'));
      assert.ok(!owner.gateway!.events().some(({ t, d }) => t === 'typing.started' && d.space === club.space));
      await owner.asks(unblockServer, { params: { space: club.space, server } });
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
      await owner.asks(blockServer, { params, body: {} });
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
