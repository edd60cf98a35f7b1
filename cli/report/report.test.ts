import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportMessage } from '@folkmoot/protocol-spec/schemas/client/reports.ts';
import { person, talkOf } from '@folkmoot/server/testing/people.ts';
import { startHomeserver } from '@folkmoot/server/testing/start-homeserver.ts';
import { homeOf } from '../testing/home.ts';

test('an admin lists reports, looks at one and closes it, running or not', async (t) => {
  const home = homeOf(t, await startHomeserver());
  const [alice, bob] = [await person(home.url, 'alice'), await person(home.url, 'bob')];
  const club = await alice.founds('Club');
  await alice.invites(club, bob);
  const { id: message } = await bob.says(club, 'buy my watches');
  const params = { ...talkOf(club), message };
  await alice.client.call(reportMessage, { params, body: { reasons: ['spam'], text: 'Again.' } });

  const list = await home.folkmoot(['report', 'list', '--json']);
  assert.equal(list.code, 0, list.stderr);
  const [report] = list.json<{ reports: { id: string; reporter: string; handle: string }[] }>().reports;
  assert.deepEqual([report?.reporter, report?.handle], ['alice', 'bob']);
  const shown = await home.folkmoot(['report', 'show', report!.id]);
  assert.match(shown.stdout, /buy my watches/);
  assert.match(shown.stdout, /Again\./);
  await home.stop();
  assert.match((await home.folkmoot(['report', 'resolve', report!.id])).stdout, /Closed/);
  assert.match((await home.folkmoot(['report', 'resolve', report!.id])).stdout, /before/);
  assert.equal((await home.folkmoot(['report', 'show', 'q_nothing'])).code, 1);
  assert.match((await home.folkmoot(['report', 'list'])).stdout, /no reports/);
  assert.doesNotMatch((await home.folkmoot(['report', 'list', '--all'])).stdout, /watches/);
});
