import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setOverride } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { deleteMessage, editMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import * as reports from '@folkmoot/protocol-spec/schemas/client/reports.ts';
import { reportLimits } from '@folkmoot/protocol-spec/schemas/federation/reports.ts';
import { manualClock } from '../base/clock.ts';
import { adminReports, adminResolves } from '../testing/admin-reports.ts';
import { type Community, foundCommunity, refused } from '../testing/community.ts';
import { engines } from '../testing/engines.ts';
import type { Person } from '../testing/people.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';
import { Watcher } from '../testing/watching.ts';

const listed = (who: Person, { space }: Community) =>
  who.client.call(reports.listReports, { params: { space: space.id } });
const complains = (who: Person, { talk }: Community, message: string, text?: string) =>
  who.client.call(reports.reportMessage, {
    params: { ...talk, message },
    body: { reasons: ['harassment'], ...(text === undefined ? {} : { text }) },
  });
const closes = (who: Person, { space }: Community, report: string) =>
  who.client.call(reports.closeReport, { params: { space: space.id, report }, body: { outcome: 'resolved' } });

test('[RPT-1] [RPT-4] [RPT-5] a report reaches moderators at once, once, and until one of them closes it', async () => {
  await using server = await startHomeserver();
  const community = await foundCommunity(server.url);
  const { owner, moderator, member, stranger, talk } = community;
  using watcher = await Watcher.of(moderator);
  const { id: message } = await owner.says(community.space, 'you fool');
  await owner.client.call(editMessage, { params: { ...talk, message }, body: { content: 'you dear' } });
  await complains(member, community, message, 'This hurt me.');
  await complains(member, community, message, 'Again.');
  await watcher.sees('reports.changed', ({ space }) => space === community.space.id);
  const { reports: open, kept_at, more } = await listed(moderator, community);
  assert.equal(open.length, 1);
  const [{ id, user, text, said, channel, message: about, reasons, from }] = open as [(typeof open)[0]];
  assert.deepEqual(
    [user.id, text, said, channel, about, reasons, from],
    [owner.account.id, 'This hurt me.', ['you fool', 'you dear'], talk.channel, message, ['harassment'], null],
  );
  assert.deepEqual([kept_at, more], [community.space.hub, false]);
  assert.ok(!JSON.stringify(open).includes(member.account.id), 'who reported it is said');
  assert.equal(await refused(listed(member, community)), 'missing_permission');
  assert.equal(await refused(listed(stranger, community)), 'not_found');
  assert.equal(await refused(complains(stranger, community, message)), 'not_found');
  assert.equal(await refused(complains(member, community, '1.999')), 'not_found');
  assert.equal(await refused(closes(member, community, id)), 'missing_permission');
  await closes(moderator, community, id);
  await closes(moderator, community, id);
  assert.deepEqual((await listed(moderator, community)).reports, []);
});

test('[RPT-4] moderators read no reports about channels that they may not view', async () => {
  await using server = await startHomeserver();
  const community = await foundCommunity(server.url);
  const { owner, moderator, member, talk } = community;
  const { id: message } = await owner.says(community.space, 'behind a door');
  await complains(member, community, message);
  const params = { ...talk, target: moderator.account.id };
  await owner.client.call(setOverride, { params, body: { allow: [], deny: ['channel.view'] } });
  assert.deepEqual((await listed(moderator, community)).reports, []);
  assert.equal((await listed(owner, community)).reports.length, 1);
});

for (const engine of engines) {
  test(`${engine.name}: [RPT-7] evidence outlives the message, but neither the report nor ninety days`, async (t) => {
    const fresh = await engine.fresh(t);
    if (!fresh) return;
    const clock = manualClock();
    const environment = fresh.url === undefined ? {} : { FOLKMOOT_DATABASE: fresh.url };
    await using server = await startHomeserver({ clock, environment });
    const community = await foundCommunity(server.url);
    const { owner, moderator, member, talk } = community;
    const { id: message } = await owner.says(community.space, 'unspeakable words');
    await complains(member, community, message);
    await owner.client.call(deleteMessage, { params: { ...talk, message } });
    const [report] = (await listed(moderator, community)).reports;
    assert.deepEqual(report?.said, ['unspeakable words']);
    await closes(moderator, community, report!.id);
    assert.match(JSON.stringify(await adminReports(server)), /unspeakable/);
    clock.advance(reportLimits.keptMs + 1);
    assert.deepEqual(await adminReports(server), []);
    const stored = await adminReports(server, true);
    assert.match(JSON.stringify(stored), /expired/);
    assert.doesNotMatch(JSON.stringify(stored), /unspeakable/);
  });
}

test('[RPT-2] [RPT-3] a person is reported by those who know them; admins see by whom, and close theirs apart', async () => {
  await using server = await startHomeserver();
  const community = await foundCommunity(server.url);
  const { owner, moderator, member, stranger, space } = community;
  const body = { reasons: ['spam' as const], space: space.id };
  const says = (who: Person, user: string) => who.client.call(reports.reportUser, { params: { user }, body });
  await says(member, owner.account.id);
  assert.equal(await refused(says(stranger, owner.account.id)), 'not_found');
  assert.equal(await refused(says(member, stranger.account.id)), 'not_found');
  assert.equal(await refused(says(member, `u_${'q'.repeat(32)}`)), 'not_found');
  const [report] = (await listed(moderator, community)).reports;
  assert.deepEqual([report?.message, report?.said], [null, []]);
  const [kept] = await adminReports(server);
  assert.equal(kept?.reporter, member.account.handle);
  await adminResolves(server, kept!.id);
  assert.deepEqual(await adminReports(server), []);
  assert.equal((await listed(moderator, community)).reports.length, 1);
});
