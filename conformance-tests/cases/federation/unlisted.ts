import assert from 'node:assert/strict';
import { getMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { giveRole } from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import { federated } from '../../federated-case.ts';
import type { Community, Person } from '../../person.ts';
import { canonical } from '../../puppet/keys.ts';
import type { Puppet } from '../../puppet/puppet.ts';
import { PuppetUser } from '../../puppet/puppet-user.ts';
import { eventually } from '../../waiting.ts';
import { streamPath } from './stream-path.ts';

async function joinsUnlisted(owner: Person, club: Community, puppet: Puppet, handle: string): Promise<PuppetUser> {
  const quiet = new PuppetUser(puppet, handle);
  const { body } = quiet.joining(club.space, await owner.makesInvite(club)) as unknown as { body: object };
  const intent = quiet.deed(club.space, '_', 'member.join', { ...body, unlisted: true });
  assert.equal((await puppet.intends(intent))['ok'], true);
  return quiet;
}

const pathsOf = ({ space }: Community) => [
  `/spaces/${space}`,
  `/spaces/${space}/members`,
  ...['events', 'state', 'checkpoint'].map((rest) => streamPath({ space, channel: '_' }, rest)),
];

async function heardOf(puppet: Puppet, club: Community, ...more: string[]): Promise<string> {
  const answers = [];
  for (const path of [...pathsOf(club), ...more]) {
    const { status, text } = await puppet.gets(path);
    assert.equal(status, 200, path);
    answers.push(text);
  }
  return answers.join('\n');
}

export const unlistedAcrossCases = [
  federated(
    ['UNL-5', 'UNL-3', 'REP-8', 'KEY-9'],
    'another homeserver gets hidden lines for an unlisted member, and all of them with the first act',
    async (scene) => {
      const [owner] = await scene.visitors('owner');
      const club = await owner.founds('Quiet');
      const carol = await scene.member(owner, club, 'carol');
      const live = await carol.puppet.follows();
      await live.heads(club.space);
      const home = await scene.puppet();
      const quiet = await joinsUnlisted(owner, club, home, 'quietest');
      const nick = quiet.deed(club.space, '_', 'member.update', { user: quiet.id, nick: 'Whisperer' });
      assert.equal((await home.intends(nick))['ok'], true);
      await owner.says(club.general, 'sentinel');
      await live.hears('sentinel');
      const byName = `/spaces/${club.space}/members?users=${quiet.id}`;
      const told = (await heardOf(carol.puppet, club, byName)) + carol.puppet.heard.join();
      for (const secret of [`"${quiet.id}"`, 'quietest', 'Whisperer', home.name])
        assert.ok(!told.includes(secret), secret);
      assert.ok(told.includes('{"hid":'));
      assert.ok((await heardOf(home, club)).includes('Whisperer'));
      await quiet.says(club.general, 'here I am');
      await live.hears('here I am');
      const then = await heardOf(carol.puppet, club, byName);
      for (const known of [quiet.id, 'quietest', 'Whisperer', home.name]) assert.ok(then.includes(known), known);
      const frames = carol.puppet.heard.join('\n');
      assert.ok(frames.indexOf('"unlisted":false') < frames.indexOf('here I am'));
    },
  ),

  federated(
    ['UNL-6', 'LIVE-2', 'REP-3'],
    'a homeserver with a moderator is told of unlisted members, and that it is',
    async (scene) => {
      const [owner] = await scene.visitors('owner');
      const club = await owner.founds('Guarded');
      const carol = await scene.member(owner, club, 'carol');
      const live = await carol.puppet.follows();
      await live.heads(club.space);
      const quiet = await joinsUnlisted(owner, club, await scene.puppet(), 'quietest');
      assert.ok(!(await heardOf(carol.puppet, club)).includes('quietest'));
      const role = await owner.makesRole(club, 'guard', { rank: 5, permissions: ['member.ban'] });
      await owner.asks(giveRole, { params: { space: club.space, user: carol.id, role: role.id } });
      await live.until(
        () => carol.puppet.heard.some((text) => text.includes('"with_unlisted":true')),
        'it says that unlisted members are shown',
      );
      const told = await heardOf(carol.puppet, club);
      assert.ok(told.includes('quietest') && told.includes('"with_unlisted":true') && told.includes(quiet.id));
    },
  ),

  federated(
    ['UNL-7', 'FOL-2'],
    'a member whose join was hidden is known before what they say is shown; all are asked for where all are told',
    async (scene) => {
      const hub = await scene.hub();
      const reader = await scene.follower(hub);
      const quiet = new PuppetUser(await scene.puppet(), 'quietest');
      const body = { profile: quiet.profile, unlisted: true };
      const intent = quiet.intent(hub.name, hub.space, '_', 'member.join', body);
      const { epoch, seq, hash } = hub.add('_', 'member.join', body, { intent });
      hub.push('_', canonical({ hid: { epoch, seq, hash } }));
      hub.push('_', hub.add('_', 'member.update', { user: quiet.id, unlisted: false }));
      hub.relays(hub.channel, quiet, 'message.create', { content: 'here I am' });
      await reader.sees('message.created', (d) => d.message.content === 'here I am');
      const names = reader.gateway!.events().map(({ t }) => t);
      assert.ok(
        names.indexOf('member.updated') >= 0 && names.indexOf('member.updated') < names.indexOf('message.created'),
      );
      const member = await reader.asks(getMember, { params: { space: hub.space, user: quiet.id } });
      assert.equal(member.user.handle, 'quietest');

      let asked = 0;
      hub.answers.instead = ({ path, query }) => {
        if (path.endsWith('/members') && !query.has('users')) asked += 1;
        return undefined;
      };
      const streams = Object.fromEntries(
        [...hub.streams.keys()].map((stream) => {
          const head = hub.headOf(stream);
          return [stream, `${head.epoch}.${head.seq}.${head.hash}`];
        }),
      );
      hub.send({ op: 'heads', space: hub.space, member_count: 3, with_unlisted: true, streams });
      await eventually(scene.signal, async () => asked > 0, 'it asks for all members again');
    },
  ),
];
