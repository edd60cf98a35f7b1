import assert from 'node:assert/strict';
import { deleteMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { closeReport, listReports, reportMessage, reportUser } from '@folkmoot/protocol-spec/schemas/client/reports.ts';
import { conformance } from '../case.ts';
import type { Community, Person } from '../person.ts';

const complains = (who: Person, { space, general }: Community, message: string, text?: string) =>
  who.asks(reportMessage, {
    params: { space, channel: general.channel, message },
    body: { reasons: ['hate', 'spam'], ...(text === undefined ? {} : { text }) },
  });

const listed = async (who: Person, { space }: Community) =>
  (await who.asks(listReports, { params: { space } })).reports;

export const reportCases = [
  conformance(
    ['RPT-1', 'RPT-3', 'RPT-4', 'RPT-5'],
    'a report reaches those who may ban, without a name, until one of them closes it',
    async ({ people }) => {
      const [owner, author, reporter] = await people('owner', 'author', 'reporter');
      const club = await owner.founds('Tea club');
      await owner.invites(author);
      await owner.invites(reporter);
      const said = await author.says(club.general, 'something hateful');
      await complains(reporter, club, said.id, 'Please look.');
      await complains(reporter, club, said.id, 'Please look again.');
      await owner.sees('reports.changed', (d) => d.space === club.space);
      const [report, ...more] = await listed(owner, club);
      assert.equal(more.length, 0);
      assert.deepEqual(
        [report?.user.id, report?.message, report?.reasons, report?.text, report?.said],
        [author.id, said.id, ['hate', 'spam'], 'Please look.', ['something hateful']],
      );
      assert.ok(!JSON.stringify(report).includes(reporter.id));
      const params = { space: club.space };
      await author.isRefused('missing_permission', listReports, { params });
      await author.seesNothingWith('reports.changed', () => author.says(club.general, 'sentinel'));
      const close = { params: { ...params, report: report!.id }, body: { outcome: 'dismissed' as const } };
      await reporter.isRefused('missing_permission', closeReport, close);
      await owner.asks(closeReport, close);
      await owner.asks(closeReport, close);
      assert.deepEqual(await listed(owner, club), []);
    },
  ),

  conformance(
    ['RPT-1', 'RPT-2'],
    'one reports what one can see, and nobody learns by a report who exists',
    async ({ people }) => {
      const [owner, member, stranger] = await people('owner', 'member', 'stranger');
      const club = await owner.founds('Tea club');
      await owner.invites(member);
      const said = await owner.says(club.general, 'hello');
      const body = { reasons: ['other' as const] };
      const at = { space: club.space, channel: club.general.channel };
      await stranger.isRefused('not_found', reportMessage, { params: { ...at, message: said.id }, body });
      await member.isRefused('not_found', reportMessage, { params: { ...at, message: '1.9999' }, body });
      for (const user of [stranger.id, member.id, `u_${'q'.repeat(32)}`])
        await member.isRefused('not_found', reportUser, { params: { user }, body });
      await member.isRefused('invalid_body', reportUser, { params: { user: owner.id }, body: { reasons: [] } });
      await member.asks(reportUser, { params: { user: owner.id }, body: { ...body, space: club.space } });
      const [report] = await listed(owner, club);
      assert.deepEqual([report?.user.id, report?.message, report?.said], [owner.id, null, []]);
    },
  ),

  conformance(['RPT-7'], 'what a report is about is kept while it is open', async ({ people }) => {
    const [owner, author] = await people('owner', 'author');
    const club = await owner.founds('Tea club');
    await owner.invites(author);
    const said = await author.says(club.general, 'something hateful');
    await complains(owner, club, said.id);
    const params = { space: club.space, channel: club.general.channel, message: said.id };
    await author.asks(deleteMessage, { params });
    assert.deepEqual((await listed(owner, club))[0]?.said, ['something hateful']);
    await author.isRefused('not_found', reportMessage, { params, body: { reasons: ['spam'] } });
  }),
];
