import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { startHomeserver, type TestHomeserver } from '../../../server/testing/start-homeserver.ts';
import { openBrowser, skip, visitor, type Visitor } from './visitor.ts';

let homeserver: TestHomeserver;
let browser: Browser;
let wren: Visitor;
let finch: Visitor;
let robin: Visitor;

before(async () => {
  if (skip) return;
  homeserver = await startHomeserver();
  browser = await openBrowser();
  wren = await visitor(browser, { colorScheme: 'dark' });
  finch = await visitor(browser, { colorScheme: 'light' });
  robin = await visitor(browser, { colorScheme: 'dark', viewport: { width: 360, height: 720 } });
  for (const [who, name] of [
    [wren, 'wren'],
    [finch, 'finch'],
    [robin, 'robin'],
  ] as const) {
    await who.page.goto(`${homeserver.url}/register`);
    await who.registers(name);
    await who.page.getByRole('heading', { name: `Welcome, ${name}` }).waitFor();
  }
});

after(async () => {
  await browser?.close();
  await homeserver?.close();
});

test('somebody asks for friendship by handle, and the other one accepts', { skip }, async () => {
  await wren.page.getByRole('link', { name: 'Friends' }).click();
  await wren.page.getByText('No friends here yet').waitFor();
  await wren.shows('friends-empty');
  await wren.page.getByRole('main').getByRole('button', { name: 'Add a friend' }).click();
  await wren.page.getByLabel('Handle').fill('nobody.at.all');
  await wren.presses('Send request');
  await wren.page.getByText('Nobody is found by this handle').waitFor();
  await wren.shows('friends-nobody');
  wren.forgives(/status of 404/);
  await wren.page.getByLabel('Handle').fill('@finch');
  await wren.presses('Send request');
  await wren.page.getByText('finch was asked.').waitFor();
  await wren.page.locator('input:focus').waitFor();
  await wren.shows('friends-asked');

  await finch.page.getByRole('link', { name: 'Friends, 1 friend requests' }).click();
  await finch.page.getByRole('link', { name: 'Pending, 1 to answer' }).click();
  await finch.shows('friends-pending');
  await finch.page.getByRole('button', { name: 'Accept wren' }).press('Enter');
  await finch.isTold('You and wren are friends.');
  await finch.page.locator('main:focus').waitFor();
  await finch.page.getByRole('link', { name: 'Online', exact: true }).click();
  await finch.page.getByText('Online · @wren').waitFor();
  await finch.shows('friends-online');
});

test('friends write to each other, and who is elsewhere sees that something waits', { skip }, async () => {
  await finch.presses('Write to wren');
  await finch.page.getByRole('heading', { name: 'wren', level: 1 }).waitFor();
  await finch.shows('direct-start');
  await finch.says('Only between us');
  const waiting = wren.page
    .getByRole('navigation', { name: 'Home' })
    .getByRole('link', { name: 'finch, 1 new messages' });
  await waiting.waitFor();
  await wren.shows('direct-waiting');
  await waiting.click();
  await wren.sees('Only between us');
  await wren.says('Exactly **that**', 'Exactly that');
  await finch.sees('Exactly that');
  await wren.shows('direct');
});

test('whoever is no friend waits as a request that shows nothing', { skip }, async () => {
  await robin.presses('Communities and messages');
  await robin.presses('New message');
  await robin.page.getByLabel('To', { exact: true }).fill('wren');
  await robin.page.getByRole('option', { name: '@wren' }).waitFor();
  await robin.shows('new-message-narrow');
  await robin.page.getByLabel('To', { exact: true }).press('Enter');
  await robin.page.getByLabel('To', { exact: true }).press('Enter');
  await robin.says('a secret of the forest');
  await robin.page.getByText('wren sees it after accepting').waitFor();
  await robin.shows('direct-start-narrow');

  await wren.page.getByRole('link', { name: 'Message requests, 1 message requests' }).click();
  await wren.page.getByText('wants to write to you').waitFor();
  await wren.shows('requests');
  await wren.page.getByText('a secret of the forest').waitFor({ state: 'detached' });
  await wren.presses('Accept robin');
  await wren.sees('a secret of the forest');
  await wren.says('Welcome, robin');
  await robin.sees('Welcome, robin');
  await robin.shows('direct-narrow');
});

test('a group of several', { skip }, async () => {
  await wren.presses('New message');
  await wren.page.getByLabel('To', { exact: true }).fill('fin');
  await wren.page.getByLabel('To', { exact: true }).press('Enter');
  await wren.page.getByLabel('To', { exact: true }).fill('robin');
  await wren.page.getByLabel('To', { exact: true }).press('Enter');
  await wren.shows('new-group');
  await wren.presses('Create a group of 3');
  await wren.page.getByRole('complementary', { name: 'People' }).getByText('invited').first().waitFor();
  await wren.says('All together now');
  await finch.page
    .getByRole('link', { name: /^robin, wren, 1 new messages|^wren, robin, 1 new messages/ })
    .first()
    .click();
  await finch.sees('All together now');
  await wren.presses('More');
  await wren.page.getByRole('menuitem', { name: 'Rename' }).click();
  await wren.page.getByRole('textbox', { name: 'Name' }).fill('Dawn chorus');
  await wren.presses('Save');
  await finch.page.getByRole('heading', { name: 'Dawn chorus', level: 1 }).waitFor();
  await finch.shows('group');
});

test('the switcher finds friends and conversations', { skip }, async () => {
  await finch.page.keyboard.press('Control+k');
  await finch.page.getByLabel('Where to?').fill('@wr');
  await finch.page.getByRole('option', { name: /wren/ }).first().waitFor();
  await finch.shows('switcher');
  await finch.page.keyboard.press('Enter');
  await finch.page.getByRole('heading', { name: 'wren', level: 1 }).waitFor();
});

test('nothing of somebody blocked gets through', { skip }, async () => {
  await wren.page.getByRole('link', { name: 'robin', exact: true }).click();
  await wren.sees('a secret of the forest');
  await wren.page.getByRole('heading', { name: 'robin', level: 1 }).click();
  await wren.page.getByRole('dialog', { name: 'Profile of robin' }).waitFor();
  await wren.shows('profile');
  await wren.page.getByRole('dialog', { name: 'Profile of robin' }).getByRole('button', { name: 'More' }).click();
  await wren.page.getByRole('menuitem', { name: 'Block' }).click();
  await wren.shows('block');
  await wren.page.getByRole('dialog').getByRole('button', { name: 'Block' }).click();
  await wren.page.getByText('You blocked robin.').waitFor();
  await wren.message('a secret of the forest').waitFor({ state: 'detached' });
  await wren.shows('blocked');
  await robin.says('are you there?');
  await wren.page.getByRole('main').getByRole('button', { name: 'Unblock' }).click();
  await wren.sees('are you there?');
});

test('in a community what somebody blocked writes is folded away', { skip }, async () => {
  await wren.page.goto(homeserver.url);
  await wren.founds('Hollow Oak');
  await wren.opensChannel('general');
  await robin.page.goto(await wren.invitesTo('Hollow Oak'));
  await robin.presses('Join Hollow Oak');
  await robin.presses('Communities and channels');
  await robin.opensChannel('general');
  await robin.says('an old quarrel');
  await wren.sees('an old quarrel');
  await wren.message('an old quarrel').getByRole('button', { name: 'robin' }).click({ button: 'right' });
  await wren.page.getByRole('menuitem', { name: 'Block' }).click();
  await wren.page.getByRole('dialog').getByRole('button', { name: 'Block' }).click();
  await wren.message('an old quarrel').waitFor({ state: 'detached' });
  await wren.shows('folded');
  await wren.presses('Show the message');
  await wren.sees('an old quarrel');
});

test('where there is no room for the communities a dot says that somebody waits there', { skip }, async () => {
  await finch.page.goto(`${homeserver.url}/friends/add`);
  await finch.page.getByLabel('Handle').fill('robin');
  await finch.presses('Send request');
  await robin.presses('Communities and channels, something waits for you');
  await robin.page.getByRole('link', { name: /^Home, .*requests/ }).waitFor();
});

test('everything fits a page of 360 px', { skip }, async () => {
  for (const [path, name] of [
    ['/', 'home'],
    ['/friends/all', 'friends-all'],
    ['/friends/add', 'friends-add'],
    ['/friends/pending', 'friends-pending'],
    ['/requests', 'requests'],
    ['/settings/privacy', 'privacy'],
  ] as const) {
    await robin.page.goto(homeserver.url + path);
    await robin.page.locator('main').first().waitFor();
    await robin.page.waitForLoadState('networkidle');
    await robin.fits(path);
    await robin.shows(`${name}-narrow`);
  }
});

test('the pages complained about nothing', { skip }, () => {
  for (const who of [wren, finch, robin]) who.isContent();
});
