import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createInvite, joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { listReports, reportMessage, reportUser } from '@folkmoot/protocol-spec/schemas/client/reports.ts';
import { peerReport, type ReportLetter } from '@folkmoot/protocol-spec/schemas/federation/reports.ts';
import { adminReports } from '../../testing/admin-reports.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { person, talkOf } from '../../testing/people.ts';
import type { TestHomeserver } from '../../testing/start-homeserver.ts';
import { Watcher } from '../../testing/watching.ts';

const network = await TestNetwork.open();
after(() => network[Symbol.asyncDispose]());
const [a, b, c] = [await network.homeserver(), await network.homeserver(), await network.homeserver()];
async function until<T>(look: () => Promise<T[]>, count: number): Promise<T[]> {
  for (const end = Date.now() + 120_000; ; ) {
    const found = await look();
    if (found.length >= count) return found;
    assert.ok(Date.now() < end, 'it did not arrive');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('[RPT-6] a report goes with its evidence to moderators and admins of the hub and to the home of the author', async () => {
  const [owner, author, reader] = await Promise.all([person(a.url), person(b.url), person(c.url)]);
  const club = await owner.founds('Club');
  const { code } = await owner.client.call(createInvite, { params: { space: club.id }, body: {} });
  for (const who of [author, reader]) await who.client.call(joinByInvite, { params: { code }, body: { via: a.name } });
  using moderator = await Watcher.of(owner);
  using screen = await Watcher.of(reader);
  const said = await author.says(club, 'hateful words');
  await screen.seesMessage(said.id, talkOf(club).channel);
  const params = { ...talkOf(club), message: said.id };
  await reader.client.call(reportMessage, { params, body: { reasons: ['hate'], text: 'Look at this.' } });
  await moderator.sees('reports.changed');
  const { reports } = await owner.client.call(listReports, { params: { space: club.id } });
  assert.deepEqual(
    reports.map(({ user, from, said: words, message, text }) => [user.id, from, words, message, text]),
    [[author.account.id, c.name, ['hateful words'], said.id, 'Look at this.']],
  );
  assert.ok(!JSON.stringify(reports).includes(reader.account.id));
  for (const server of [a, b, c]) {
    const [report] = await until(() => adminReports(server), 1);
    assert.equal(report?.user, author.account.id);
    assert.match(report.lines.join(), /hateful words/);
  }

  const letter: ReportLetter = {
    v: 1,
    id: `i_${'b'.repeat(26)}`,
    user: owner.account.id,
    space: club.id,
    hub: a.name,
    reasons: ['spam'],
    lines: (await adminReports(c))[0]!.lines,
  };
  const stranger = await network.homeserver();
  const send = (from: TestHomeserver, body: ReportLetter) =>
    from.homeserver.federation!.ask(a.name, peerReport, { body });
  const before = (await adminReports(a)).length;
  const answers = [
    // Somebody else wrote it; it was changed; no member is from there; nothing proves anything.
    await send(c, letter),
    await send(c, {
      ...letter,
      user: author.account.id,
      lines: letter.lines.map((line) => line.replace('hateful', 'harmful')),
    }),
    await send(stranger, { ...letter, user: author.account.id }),
    await send(stranger, { ...letter, space: null, hub: null, lines: [] }),
    await send(c, { ...letter, lines: ['{}'] }),
  ];
  assert.deepEqual(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
  assert.equal((await adminReports(a)).length, before);

  await reader.client.call(reportUser, { params: { user: author.account.id }, body: { reasons: ['spam'] } });
  await until(() => adminReports(b), 2);
});
