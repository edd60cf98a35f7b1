import assert from 'node:assert/strict';
import { listReports, reportMessage } from '@folkmoot/protocol-spec/schemas/client/reports.ts';
import { federated } from '../../federated-case.ts';
import { randomId } from '../../puppet/keys.ts';
import { eventually } from '../../waiting.ts';
import { streamPath } from './stream-path.ts';

const bare = (text: string) => text.replace(/"server_time":\d+/, '');

export const reportAcrossCases = [
  federated(
    ['RPT-6', 'RPT-3'],
    'a report from elsewhere is believed as far as its lines prove it, and is always answered the same',
    async (scene) => {
      const [owner] = await scene.people('owner');
      const club = await owner.founds('Reported');
      const [bob, carol] = [await scene.member(owner, club), await scene.member(owner, club, 'carol')];
      await carol.says(club.general, 'hateful words');
      const { lines } = await bob.puppet.gets(streamPath(club.general));
      const line = lines.find((text) => text.includes('hateful words'))!;
      const stranger = await scene.puppet();
      const letter = (more: object = {}) => ({
        v: 1,
        id: randomId('i_'),
        user: carol.id,
        space: club.space,
        hub: scene.home.name,
        reasons: ['hate'],
        lines: [line],
        ...more,
      });
      const answers = [
        await stranger.posts('/reports', letter()),
        await bob.puppet.posts('/reports', letter({ user: owner.id })),
        await bob.puppet.posts('/reports', letter({ lines: [line.replace('hateful', 'harmful')] })),
        await bob.puppet.posts('/reports', letter({ lines: [line, line] })),
        await bob.puppet.posts('/reports', letter({ lines: ['{"ev":{},"p":null}'] })),
        await bob.puppet.posts('/reports', letter({ hub: stranger.name })),
        await bob.puppet.posts('/reports', letter({ space: `s_${'q'.repeat(32)}` })),
        await stranger.posts('/reports', letter({ user: owner.id, space: null, hub: null, lines: [] })),
      ];
      const params = { space: club.space };
      assert.deepEqual((await owner.asks(listReports, { params })).reports, []);
      const good = letter();
      answers.push(await bob.puppet.posts('/reports', good), await bob.puppet.posts('/reports', good));
      assert.deepEqual([...new Set(answers.map(({ status, text }) => `${status} ${bare(text)}`))], ['202 {"v":1}']);
      await owner.sees('reports.changed', ({ space }) => space === club.space);
      const { reports } = await owner.asks(listReports, { params });
      assert.deepEqual(
        reports.map(({ user, from, said }) => [user.id, from, said]),
        [[carol.id, bob.puppet.name, ['hateful words']]],
      );
    },
  ),

  federated(
    ['RPT-1', 'RPT-3', 'RPT-6'],
    'a report goes to the home of the author with the signed line, and without a name',
    async (scene) => {
      const [owner] = await scene.people('owner');
      const club = await owner.founds('Reported');
      const carol = await scene.member(owner, club, 'carol');
      const said = await carol.says(club.general, 'hateful words');
      await owner.asks(reportMessage, {
        params: { ...club.general, message: `${String(said['epoch'])}.${String(said['seq'])}` },
        body: { reasons: ['hate'], text: 'Look.' },
      });
      const sent = () => carol.puppet.asked.find(({ path }) => path === '/reports');
      const { body } = await eventually(scene.signal, async () => sent(), 'the report is delivered');
      const letter = JSON.parse(body) as { user: string; lines: string[]; reasons: string[]; text: string };
      assert.deepEqual([letter.user, letter.reasons, letter.text], [carol.id, ['hate'], 'Look.']);
      assert.match(letter.lines.join(), /hateful words/);
      assert.ok(!JSON.stringify({ ...letter, lines: [] }).includes(owner.id), 'who reported it is said');
    },
  ),
];
