import assert from 'node:assert/strict';
import { listRequests, openDirect } from '@folkmoot/protocol-spec/schemas/client/relationships.ts';
import { listInvites, revokeInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { federated } from '../../federated-case.ts';
import type { Person } from '../../person.ts';
import { comparePlaces, readLine } from '../../puppet/check-lines.ts';
import { randomId } from '../../puppet/keys.ts';
import { API } from '../../puppet/puppet.ts';
import { inviteIdOf } from '../../puppet/invites.ts';
import { PuppetUser } from '../../puppet/puppet-user.ts';
import { eventually } from '../../waiting.ts';
import { streamPath } from './stream-path.ts';

const letter = (from: PuppetUser, to: string, more: object = {}) => ({
  v: 1,
  id: randomId('i_'),
  from: from.profile,
  to,
  kind: 'dm',
  space: `s_${randomId('').padEnd(32, 'a')}`,
  hub: from.puppet.name,
  code: 'A'.repeat(22),
  ...more,
});

export const membershipCases = [
  federated(['FOL-2', 'GW-7'], 'a hub that counts its members otherwise is believed', async (scene) => {
    const hub = await scene.hub();
    const reader = await scene.follower(hub);
    const counts = (count: number) =>
      reader.gateway!.until(
        () => reader.gateway!.state!.spaces.some((space) => space.id === hub.space && space.member_count === count),
        `they are ${count}`,
      );
    await counts(2);
    hub.memberCount = 7;
    hub.pushHeads();
    await counts(7);
    assert.equal((await reader.opens(hub)).member_count, 7);
    const carol = new PuppetUser(await scene.puppet(), 'carol');
    hub.relays('_', carol, 'member.join', { profile: carol.profile });
    await counts(8);
  }),

  federated(
    ['INV-4', 'REP-1', 'INT-4'],
    'an invite is used as often as it says, also by twenty at once from elsewhere (F131)',
    async (scene) => {
      const [owner] = await scene.visitors('owner');
      const club = await owner.founds('Invited');
      const puppet = await scene.puppet();
      const guests = Array.from({ length: 20 }, (_, n) => new PuppetUser(puppet, `guest_${n}`));
      const [scarce, once] = [
        await owner.makesInvite(club, { max_uses: 3 }),
        await owner.makesInvite(club, { max_uses: 1 }),
      ];
      const results = await Promise.all(guests.map((guest) => puppet.intends(guest.joining(club.space, scarce))));
      assert.equal(results.filter(({ ok }) => ok === true).length, 3);
      for (const { ok, code } of results) if (ok !== true) assert.equal(code, 'invite_gone');
      const outside = guests.filter((_, n) => results[n]!['ok'] !== true);
      await outside[0]!.joins(club.space, once);
      assert.deepEqual(await outside[1]!.refused(outside[1]!.joining(club.space, once)), [410, 'invite_gone']);
      const revoked = await owner.makesInvite(club);
      const params = { space: club.space, invite: inviteIdOf(revoked) };
      assert.equal((await puppet.gets(`/invites/${revoked}`)).status, 200);
      assert.ok((await owner.asks(listInvites, { params: { space: club.space } })).invites.length > 0);
      await owner.asks(revokeInvite, { params });
      assert.deepEqual(await outside[2]!.refused(outside[2]!.joining(club.space, revoked)), [410, 'invite_gone']);
      const unknown = await puppet.gets(`/invites/${'B'.repeat(22)}`);
      for (const code of [revoked, once, scarce]) {
        const said = await puppet.gets(`/invites/${code}`);
        assert.deepEqual([said.status, said.code], [404, 'not_found']);
        assert.equal(said.text.replace(/"server_time":\d+/, ''), unknown.text.replace(/"server_time":\d+/, ''));
      }
      assert.equal((await owner.opens(club)).member_count, 5);
    },
  ),

  federated(
    ['DM-4', 'PPL-6', 'INV-4'],
    'a direct invite is for the one it names and for nobody else (F131)',
    async (scene) => {
      const [owner] = await scene.people('owner');
      const club = await owner.founds('Acquainted');
      const [bob, carol] = [await scene.member(owner, club), await scene.member(owner, club, 'carol')];
      const { id: space } = await owner.asks(openDirect, { body: { users: [bob.id] } });
      const sent = () => bob.puppet.asked.find(({ path }) => path === '/invites');
      const { body } = await eventually(scene.signal, async () => sent(), 'the invite is delivered');
      const { code, to, kind, hub } = JSON.parse(body) as Record<string, string>;
      assert.deepEqual(
        [to, kind, hub, (JSON.parse(body) as { space: string }).space],
        [bob.id, 'dm', scene.home.name, space],
      );
      assert.ok(!/"(name|content|text|bio)"/.test(body), 'no words of anybody');
      assert.deepEqual((await carol.puppet.gets(`/invites/${code}`)).status, 404);
      const [status] = await carol.refused(carol.joining(space, code!));
      assert.ok([404, 410].includes(Number(status)), `${String(status)}`);
      assert.equal((await bob.puppet.gets(`/invites/${code}`)).status, 200);
      await bob.joins(space, code!);
      await owner.sees(
        'space.people',
        (d) => d.space === space && d.people.some(({ user, member }) => user.id === bob.id && member),
      );
    },
  ),

  federated(
    ['PPL-1', 'PPL-5', 'PPL-6', 'REQ-1', 'FED-5'],
    'invites that are malformed, huge or of somebody else never reach a client (F132)',
    async (scene) => {
      const [ada] = await scene.people('Ada');
      const puppet = await scene.puppet();
      const mallory = new PuppetUser(puppet, 'mallory');
      const other = new PuppetUser(await scene.puppet(), 'other');
      const wrong: (object | string)[] = [
        '{}',
        '[]',
        'nonsense',
        letter(mallory, ada.id, { name: 'Buy now' }),
        letter(mallory, ada.id, { kind: 'community' }),
        letter(mallory, ada.id, { space: '../../x' }),
        letter(mallory, ada.id, { hub: '127.0.0.1' }),
        letter(mallory, ada.id, { code: '<script>' }),
        letter(mallory, ada.id, { v: 2 }),
        letter(mallory, ada.id, { from: { ...mallory.profile, display_name: 'x'.repeat(1_000) } }),
        letter(mallory, ada.id, { from: { ...mallory.profile, bio: 'Buy now' } }),
        letter(mallory, ada.id, { from: { ...mallory.profile, identity: { ...mallory.identity(), handle: 'ada' } } }),
        letter(mallory, 'u_x'),
      ];
      for (const body of wrong) {
        const said = await puppet.posts('/invites', body);
        assert.ok(said.status >= 400 && said.status < 500, `${said.status} ${JSON.stringify(body).slice(-200)}`);
      }
      const foreign = await puppet.posts('/invites', letter(other, ada.id));
      assert.deepEqual([foreign.status, foreign.code], [403, 'wrong_origin']);
      const huge = await puppet.posts('/invites', letter(mallory, ada.id, { code: 'A'.repeat(1_000_000) }));
      assert.equal(huge.status, 413);
      const nobody = await puppet.posts('/invites', letter(mallory, `u_${'a'.repeat(32)}`));
      const good = letter(mallory, ada.id);
      const taken = await puppet.posts('/invites', good);
      assert.deepEqual([nobody.status, nobody.text, taken.status], [202, taken.text, 202]);
      const { request } = await ada.sees('request.added');
      assert.deepEqual([request.space, request.from.id, request.kind], [good.space, mallory.id, 'dm']);
      await puppet.posts('/invites', good);
      const { requests } = await ada.asks(listRequests);
      assert.deepEqual(
        requests.map(({ space }) => space),
        [good.space],
      );
      const own = await ada.founds('Own');
      await ada.hears(await ada.says(own.general, 'sentinel'));
      assert.equal(ada.gateway!.events().filter(({ t }) => t === 'request.added').length, 1);
    },
  ),

  federated(
    ['INT-4', 'STR-12', 'EVT-5', 'MOD-3'],
    'of messages that race a ban, all followers agree which came before it (F135)',
    async (scene) => {
      const [owner] = await scene.people('owner');
      const club = await owner.founds('Racing');
      const [bob, carol] = [await scene.member(owner, club), await scene.member(owner, club, 'carol')];
      const live = await carol.puppet.follows();
      await live.heads(club.space);
      const sending = Array.from({ length: 20 }, (_, n) => bob.puppet.intends(bob.message(club.general, `race ${n}`)));
      const banning = owner.bans(club, bob as unknown as Person);
      const results = await Promise.all(sending);
      await banning;
      assert.equal((await bob.refused(bob.message(club.general, 'after the ban')))[1], 'not_found');
      await owner.says(club.general, 'sentinel');
      await live.hears('sentinel');
      const stored = (await carol.puppet.gets(streamPath(club.general))).lines.map((line) => readLine(line));
      const root = (await carol.puppet.gets(streamPath({ ...club, channel: '_' }))).lines.map((line) => readLine(line));
      const ban = root.find(({ ev }) => ev?.type === 'member.ban')!;
      const accepted = stored.filter(({ p }) => p?.intent.actor === bob.id);
      assert.equal(accepted.length, results.filter(({ ok }) => ok === true).length);
      for (const { ev } of accepted)
        assert.ok(
          comparePlaces(ev!.auth!, `${ban.epoch}.${ban.seq}`) < 0,
          `accepted on ${ev!.auth}, banned at ${ban.seq}`,
        );
      const pushed = live.linesOf(club.general.channel).map((line) => readLine(line));
      assert.deepEqual(
        pushed.filter(({ p }) => p?.intent.actor === bob.id).map(({ hash }) => hash),
        accepted.map(({ hash }) => hash),
      );
    },
  ),

  federated(['FOL-1', 'FOL-2'], 'a space that nobody asked for is not taken, whatever a hub sends', async (scene) => {
    const [wanted, unwanted] = [await scene.hub(), await scene.hub()];
    const reader = await scene.follower(wanted);
    const { text } = unwanted.headOf('_');
    const frame = (space: string, stream: string, line: string) =>
      `{"op":"lines","space":"${space}","stream":"${stream}"}\n${line}`;
    wanted.send(frame(unwanted.space, '_', text));
    wanted.send({ op: 'heads', space: unwanted.space, member_count: 2, streams: { _: `1.0.${'A'.repeat(43)}` } });
    const heads = [{ stream: '_', head: `1.5.${'A'.repeat(43)}` }];
    for (const { puppet } of [wanted, unwanted]) {
      const { status } = await puppet.posts('/notify', { spaces: [{ space: unwanted.space, heads }] });
      assert.equal(status, 200);
    }
    wanted.says('sentinel');
    await reader.sees('message.created', (d) => d.message.content === 'sentinel');
    assert.equal(unwanted.puppet.asked.length, 0);
    assert.ok(!reader.gateway!.texts.join().includes(unwanted.space));
    assert.equal(
      (await wanted.puppet.says({ method: 'GET', target: `${API}/spaces/${wanted.space}`, body: '' })).status,
      404,
    );
  }),
];
