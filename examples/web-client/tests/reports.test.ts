import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { startHomeserver, type TestHomeserver } from '../../../server/testing/start-homeserver.ts';
import { openBrowser, skip, visitor, type Visitor } from './visitor.ts';

let homeserver: TestHomeserver;
let browser: Browser;
let owner: Visitor;
let guest: Visitor;
let troll: Visitor;

before(async () => {
  if (skip) return;
  homeserver = await startHomeserver();
  browser = await openBrowser();
  [owner, guest, troll] = await Promise.all([
    visitor(browser),
    visitor(browser, { colorScheme: 'dark' }),
    visitor(browser),
  ]);
  await owner.page.goto(`${homeserver.url}/register`);
  await owner.registers('wren');
  await owner.page.getByRole('heading', { name: 'Welcome, wren' }).waitFor();
  await owner.founds('Hollow Oak');
  await owner.opensChannel('general');
  const invite = await owner.invitesTo('Hollow Oak');
  for (const [who, name] of [
    [guest, 'finch'],
    [troll, 'magpie'],
  ] as const) {
    await who.page.goto(invite);
    await who.registers(name);
    await who.opensChannel('general');
  }
});

after(async () => {
  await browser?.close();
  await homeserver?.close();
});

test('a member reports a message, and a moderator sees it at once, jumps there and deletes it', { skip }, async () => {
  await troll.says('Buy my shiny things');
  await guest.sees('Buy my shiny things');
  await owner.choosesOfSpace('Hollow Oak', 'Community settings');
  await owner.page.getByRole('link', { name: 'Reports' }).click();
  await owner.page.getByText('Nothing is reported.').waitFor();
  await owner.shows('reports-none');

  await guest.message('Buy my shiny things').click({ button: 'right' });
  await guest.page.getByRole('menuitem', { name: 'Report' }).click();
  await guest.page.getByLabel('What is wrong').selectOption({ label: 'Spam' });
  await guest.page.getByLabel('In your words (optional)').fill('All day long.');
  await guest.shows('report-dialog');
  await guest.page.getByRole('dialog').getByRole('button', { name: 'Report' }).click();
  await guest.isTold('Reported. Thank you.');

  await owner.page.getByText('They say: All day long.').waitFor();
  await owner.page.getByText('“Buy my shiny things”').waitFor();
  await owner.shows('reports-open');
  await owner.presses('Show');
  await owner.sees('Buy my shiny things');
  await owner.page.goBack();
  await owner.presses('Act');
  await owner.page.getByRole('menuitem', { name: 'Time out' }).waitFor();
  await owner.shows('reports-act');
  await owner.page.getByRole('menuitem', { name: 'Delete the message' }).click();
  await guest.message('Buy my shiny things').waitFor({ state: 'detached' });
  await owner.presses('Act');
  await owner.page.getByRole('menuitem', { name: 'Done: close the report' }).click();
  await owner.page.getByText('Nothing is reported.').waitFor();
  for (const who of [owner, guest, troll]) who.isContent();
});
