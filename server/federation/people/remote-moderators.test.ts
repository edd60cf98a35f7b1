import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setOverride } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { createInvite, joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { closeReport, listReports, reportMessage } from '@folkmoot/protocol-spec/schemas/client/reports.ts';
import { createRole, giveRole, takeRole } from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import { refused } from '../../testing/community.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { person, talkOf } from '../../testing/people.ts';
import { Watcher } from '../../testing/watching.ts';

const network = await TestNetwork.open();
after(() => network[Symbol.asyncDispose]());

test('[RPT-8] reports that are too much for one answer are read one after the other', async () => {
  const [a, b] = [await network.homeserver(), await network.homeserver()];
  const [owner, moderator] = [await person(a.url), await person(b.url)];
  const club = await owner.founds('Club');
  const params = { space: club.id };
  const role = await owner.client.call(createRole, { params, body: { name: 'mods', permissions: ['member.ban'] } });
  const { code } = await owner.client.call(createInvite, { params, body: { role: role.id } });
  await moderator.client.call(joinByInvite, { params: { code }, body: { via: a.name } });
  const troll = await person(a.url);
  await owner.invites(club, troll);
  const complaint = { reasons: ['spam' as const], text: '蛇'.repeat(1_024) };
  for (let n = 0; n < 90; n++) {
    const message = (await troll.says(club, `number ${n}`)).id;
    await owner.client.call(reportMessage, { params: { ...talkOf(club), message }, body: complaint });
  }
  const seen = new Set<string>();
  for (let isMore = true; isMore; ) {
    const { reports, more } = await moderator.client.call(listReports, { params });
    isMore = more;
    for (const { id, said } of reports) {
      seen.add(String(said));
      await moderator.client.call(closeReport, { params: { ...params, report: id }, body: { outcome: 'resolved' } });
    }
    assert.ok(reports.length > 0 && reports.length < 90, `${reports.length}`);
  }
  assert.equal(seen.size, 90);
});

test('[RPT-4] [RPT-5] [RPT-8] a moderator of another homeserver reads and closes what members reported at the hub', async () => {
  const [a, b] = [await network.homeserver(), await network.homeserver()];
  const [owner, troll] = await Promise.all([person(a.url), person(a.url)]);
  const moderator = await person(b.url);
  const club = await owner.founds('Club');
  const params = { space: club.id };
  const { code } = await owner.client.call(createInvite, { params, body: {} });
  await troll.client.call(joinByInvite, { params: { code }, body: {} });
  await moderator.client.call(joinByInvite, { params: { code }, body: { via: a.name } });
  const listed = async () => (await moderator.client.call(listReports, { params })).reports;
  assert.equal(await refused(listed()), 'missing_permission');

  using screen = await Watcher.of(moderator);
  using desk = await Watcher.of(owner);
  const rolesOnScreen = () => screen.state?.spaces.find(({ id }) => id === club.id)?.me.roles;
  const body = { name: 'Moderators', permissions: ['member.ban' as const] };
  const role = await owner.client.call(createRole, { params, body });
  const given = { ...params, user: moderator.account.id, role: role.id };
  await owner.client.call(giveRole, { params: given });
  await screen.until(() => rolesOnScreen()?.includes(role.id));
  assert.deepEqual(await listed(), []);
  const said = await troll.says(club, 'hateful words');
  const about = { ...talkOf(club), message: said.id };
  const complaint = { reasons: ['hate' as const], text: 'Look at this.' };
  await owner.client.call(reportMessage, { params: about, body: complaint });
  await screen.sees('reports.changed', ({ space }) => space === club.id);
  const [report, ...more] = await listed();
  assert.deepEqual(more, []);
  assert.deepEqual(
    [report?.user.id, report?.from, report?.said, report?.message, report?.text],
    [troll.account.id, a.name, ['hateful words'], said.id, 'Look at this.'],
  );

  const override = { ...talkOf(club), target: moderator.account.id };
  await owner.client.call(setOverride, { params: override, body: { allow: [], deny: ['channel.view'] } });
  await screen.sees('channel.deleted');
  assert.deepEqual(await listed(), []);
  const closes = () =>
    moderator.client.call(closeReport, { params: { ...params, report: report!.id }, body: { outcome: 'resolved' } });
  await closes();
  const open = async () => (await owner.client.call(listReports, { params })).reports.length;
  assert.equal(await open(), 1);
  await owner.client.call(setOverride, { params: override, body: { allow: [], deny: [] } });
  await screen.sees('channel.created');
  const changes = () => desk.events.filter(({ t }) => t === 'reports.changed').length;
  const before = changes();
  await closes();
  await closes();
  await desk.sees('reports.changed', () => changes() > before);
  assert.equal(await open(), 0);
  assert.deepEqual(await listed(), []);

  await owner.client.call(takeRole, { params: given });
  await screen.until(() => rolesOnScreen()?.length === 0);
  assert.equal(await refused(listed()), 'missing_permission');
  await owner.client.call(giveRole, { params: given });
  await screen.until(() => rolesOnScreen()?.includes(role.id));
  await a.homeserver.close();
  await assert.rejects(listed(), { code: 'hub_away' });
});
