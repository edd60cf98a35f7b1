import assert from 'node:assert/strict';
import { closeReport, listReports, reportMessage } from '@folkmoot/protocol-spec/schemas/client/reports.ts';
import { giveRole } from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import { federated } from '../../federated-case.ts';
import { canonical, randomId } from '../../puppet/keys.ts';
import { PuppetUser } from '../../puppet/puppet-user.ts';

interface Listed {
  reports: { id: string; user: string; from: string; channel: string; message: string; text: string; lines: number }[];
}

const bare = (text: string) => text.replace(/"server_time":\d+/, '');
const listOf = (space: string, user: string) => `/spaces/${space}/reports?user=${user}`;
const closingOf = (space: string, report: string) => `/spaces/${space}/reports/${report}/close`;

export const remoteModeratorCases = [
  federated(
    ['RPT-8', 'RPT-3', 'RPT-5'],
    'a hub shows reports to the home of a moderator, and to every other server that there is nothing',
    async (scene) => {
      const [owner] = await scene.people('owner');
      const club = await owner.founds('Reported');
      const { space } = club;
      const [bob, carol] = [await scene.member(owner, club), await scene.member(owner, club, 'carol')];
      const [moderator, plain] = [await bob.puppet.follows(), await carol.puppet.follows()];
      await Promise.all([moderator.heads(space), plain.heads(space)]);
      const stranger = new PuppetUser(await scene.puppet(), 'dora');
      const role = await owner.makesRole(club, 'Moderators', { permissions: ['member.ban'] });
      await owner.asks(giveRole, { params: { space, user: bob.id, role: role.id } });
      const place = await carol.says(club.general, 'hateful words');
      const message = `${String(place['epoch'])}.${String(place['seq'])}`;
      await owner.asks(reportMessage, {
        params: { ...club.general, message },
        body: { reasons: ['hate'], text: 'Look.' },
      });
      await moderator.until(() => bob.puppet.heard.some((text) => text.includes('reports.changed')), 'it is told');

      const { lines } = await bob.puppet.gets(listOf(space, bob.id));
      const { reports } = JSON.parse(lines[0]!) as Listed;
      assert.deepEqual(
        reports.map(({ user, from, channel, message: about, text }) => [user, from, channel, about, text]),
        [[carol.id, scene.home.name, club.general.channel, message, 'Look.']],
      );
      assert.deepEqual([reports[0]!.lines, lines.length], [1, 2]);
      assert.match(lines[1]!, /hateful words/);
      assert.ok(!lines.join().includes(owner.id), 'who reported it is said');

      const report = reports[0]!.id;
      const nobodys = `s_${'q'.repeat(32)}`;
      const asks = [
        [bob, space, carol.id],
        [bob, space, owner.id],
        [bob, space, `u_${'q'.repeat(32)}`],
        [bob, nobodys, bob.id],
        [carol, space, carol.id],
        [carol, space, bob.id],
        [stranger, space, bob.id],
        [stranger, space, stranger.id],
      ] as const;
      const answers = new Set<string>();
      for (const [{ puppet }, where, user] of asks) {
        const body = { v: 1, user, outcome: 'resolved' };
        for (const said of [
          await puppet.gets(listOf(where, user)),
          await puppet.posts(closingOf(where, report), body),
          await puppet.posts(closingOf(where, randomId('q_')), body),
        ])
          answers.add(`${said.status} ${bare(said.text)}`);
      }
      assert.deepEqual([answers.size, [...answers][0]?.slice(0, 3)], [1, '404']);
      assert.equal((await bob.puppet.gets(`/spaces/${space}/reports`)).status, 400);
      assert.equal((await owner.asks(listReports, { params: { space } })).reports.length, 1);

      const body = { v: 1, user: bob.id, outcome: 'dismissed' };
      for (const id of [randomId('q_'), report, report])
        assert.equal((await bob.puppet.posts(closingOf(space, id), body)).status, 200);
      assert.deepEqual((await owner.asks(listReports, { params: { space } })).reports, []);
      assert.equal((JSON.parse((await bob.puppet.gets(listOf(space, bob.id))).lines[0]!) as Listed).reports.length, 0);
      await owner.says(club.general, 'sentinel');
      await plain.hears('sentinel');
      assert.ok(!carol.puppet.heard.join().includes('reports.changed'), 'told to a server without moderators');
    },
  ),

  federated(
    ['RPT-4', 'RPT-8'],
    'a hub cannot say in a report that somebody wrote what they did not write',
    async (scene) => {
      const hub = await scene.hub();
      hub.add('_', 'role.update', { role: 'everyone', permissions: ['channel.view', 'message.history', 'member.ban'] });
      const carol = new PuppetUser(await scene.puppet(), 'carol');
      const reader = await scene.follower(hub);
      hub.relays('_', carol, 'member.join', { profile: carol.profile });
      const said = hub.relays(hub.channel, carol, 'message.create', { content: 'kind words' });
      const madeUp = hub.says('hateful words');
      await reader.sees('message.created', (d) => d.message.content === 'hateful words');
      const report = (id: string, lines: number, seq: number, more: object = {}) => ({
        id: `q_${id.repeat(26)}`,
        user: carol.id,
        reasons: ['hate'],
        text: '',
        ts: Date.now(),
        from: scene.home.name,
        channel: hub.channel,
        message: `1.${seq}`,
        lines,
        ...more,
      });
      const asked: string[] = [];
      const reports = [
        report('b', 1, said.seq),
        report('c', 1, madeUp.seq),
        report('d', 1, madeUp.seq),
        report('e', 1, said.seq),
        report('f', 4, said.seq),
      ];
      // Hers; of somebody else; hers at another place; changed; and none, though it says so.
      const lines = [said.text, madeUp.text, said.text, said.text.replace('kind words', 'vile words')];
      hub.answers.instead = ({ method, path, query, body }) => {
        if (!path.startsWith(`/spaces/${hub.space}/reports`)) return undefined;
        asked.push(`${method} ${path} ${query.get('user') ?? body}`);
        if (method === 'POST') return { body: '{"v":1}' };
        return { body: [canonical({ v: 1, reports, more: false }), ...lines].map((line) => `${line}\n`).join('') };
      };
      const params = { space: hub.space };
      const list = await reader.asks(listReports, { params });
      assert.equal(list.kept_at, hub.name);
      assert.deepEqual(
        list.reports.map((one) => [one.user.id, one.from, one.said]),
        [['kind words'], [], [], [], []].map((words) => [carol.id, null, words]),
      );
      await reader.asks(closeReport, { params: { ...params, report: reports[0]!.id }, body: { outcome: 'resolved' } });
      assert.deepEqual(asked, [
        `GET /spaces/${hub.space}/reports ${reader.id}`,
        `POST /spaces/${hub.space}/reports/${reports[0]!.id}/close ${canonical({ v: 1, user: reader.id, outcome: 'resolved' })}`,
      ]);
      const ephemeral = { space: hub.space, user: `u_${'a'.repeat(32)}`, kind: 'reports.changed', ts: Date.now() };
      hub.send({ op: 'ephemeral', items: [ephemeral] });
      await reader.sees('reports.changed', ({ space }) => space === hub.space);
    },
  ),
];
