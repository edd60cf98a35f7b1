import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { startHomeserver, type TestHomeserver } from '../../../server/testing/start-homeserver.ts';
import { openBrowser, password, skip, visitor, type Visitor } from './visitor.ts';

let homeserver: TestHomeserver;
let browser: Browser;
let owner: Visitor;
let guest: Visitor;
let invite: string;

before(async () => {
  if (skip) return;
  homeserver = await startHomeserver();
  browser = await openBrowser();
  owner = await visitor(browser);
  guest = await visitor(browser, { colorScheme: 'light' });
});

after(async () => {
  await browser?.close();
  await homeserver?.close();
});

test('somebody registers and creates a community', { skip }, async () => {
  await owner.page.goto(`${homeserver.url}/register`);
  await owner.page.getByText('This homeserver has no admin yet.').waitFor();
  await owner.registers('wren');
  await owner.page.getByRole('heading', { name: 'Welcome, wren' }).waitFor();
  await owner.founds('Hollow Oak');
  await owner.opensChannel('general');
  await owner.says('Good evening, **everybody**', 'Good evening');
  assert.equal(await owner.message('Good evening').locator('strong').innerText(), 'everybody');
});

test('an invite link survives registration', { skip }, async () => {
  invite = await owner.invitesTo('Hollow Oak');
  await guest.page.goto(invite);
  await guest.page.getByText('Hollow Oak').first().waitFor();
  await guest.page.reload();
  await guest.registers('finch');
  await guest.opensChannel('general');
  await guest.sees('Good evening');
});

test('they talk live and mention each other', { skip }, async () => {
  const isTyping = owner.page.getByText('finch is typing').waitFor();
  await guest.composer.pressSequentially('Hello @wr');
  await Promise.all([guest.page.getByRole('option', { name: /wren/ }).waitFor(), isTyping]);
  await guest.composer.press('Enter');
  await guest.composer.press('Enter');
  await owner.sees('Hello @wren');
  await owner.says('Welcome!');
  await guest.sees('Welcome!');
});

test('a role gives what it says', { skip }, async () => {
  await owner.choosesOfSpace('Hollow Oak', 'Community settings');
  await owner.page.getByRole('link', { name: 'Roles' }).click();
  await owner.presses('Create a role');
  await owner.page.getByLabel('Name', { exact: true }).fill('Keeper');
  await owner.page.getByRole('switch', { name: 'List its members apart' }).check();
  await owner.page.getByRole('switch', { name: 'Manage messages' }).check();
  await owner.presses('Save');
  await owner.isTold('Role saved.');
  await owner.page.getByRole('link', { name: 'Members' }).click();
  await owner.presses('What to do with finch');
  await owner.page.getByRole('menuitem', { name: 'Roles' }).click();
  const keeper = owner.page.getByRole('dialog').getByLabel('Keeper');
  await keeper.check();
  await owner.page.keyboard.press('Escape');
  await owner.page.keyboard.press('Escape');
  await guest.page.getByRole('complementary', { name: 'Members' }).getByRole('heading', { name: 'Keeper' }).waitFor();

  await guest.message('Welcome!').press('p');
  await guest.isTold('Pinned.');
});

test('the own last message is edited with the Up arrow', { skip }, async () => {
  await guest.says('first thought');
  await guest.composer.press('ArrowUp');
  const editor = guest.page.getByLabel('Edit message');
  await editor.fill('second thought');
  await editor.press('Enter');
  await owner.sees('second thought');
  await owner.message('second thought').getByText('edited').waitFor();
});

test('reactions and replies', { skip }, async () => {
  await owner.message('second thought').focus();
  await owner.message('second thought').getByRole('button', { name: 'React', exact: true }).click();
  await owner.page.getByLabel('Search emoji').fill('tada');
  await owner.page.getByLabel('Search emoji').press('Enter');
  await guest.message('second thought').getByRole('button', { name: '🎉 1' }).click();
  await owner.message('second thought').getByRole('button', { name: '🎉 2, with yours' }).waitFor();

  await owner.message('second thought').press('r');
  await owner.says('a good one');
  await guest.message('a good one').getByText('In reply to').waitFor({ state: 'attached' });
});

test('who is at the newest message stays there when the page shrinks and grows', { skip }, async () => {
  await guest.says(Array.from({ length: 25 }, (_, at) => `verse ${at + 1}`).join('\n'), 'verse 25');
  const atEnd = () =>
    guest.page.waitForFunction(() => {
      const list = document.querySelector('.messages-scroll');
      return list && list.scrollHeight - list.clientHeight - list.scrollTop < 2;
    });
  for (const height of [360, 800, 360, 800]) {
    await guest.resizes(1280, height);
    await atEnd();
  }
  await guest.page.getByRole('button', { name: 'Jump to newest' }).waitFor({ state: 'detached' });
});

test('a deleted message is gone for everybody', { skip }, async () => {
  await guest.says('a slip of the tongue');
  await owner.sees('a slip of the tongue');
  await guest.message('a slip of the tongue').press('Delete');
  await guest.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await owner.message('a slip of the tongue').waitFor({ state: 'detached' });
});

test('who comes back has missed nothing', { skip }, async () => {
  await guest.page.goto('about:blank');
  for (const text of ['while you were away', 'a second one']) await owner.says(text);
  await owner.says('@finch where are you?', 'where are you?');
  await guest.page.goto(homeserver.url);
  const waiting = guest.page.getByRole('link', { name: /Hollow Oak, 1 mentions/ });
  await waiting.waitFor();
  await guest.page.waitForFunction(() => document.title.startsWith('(1)'), undefined, { polling: 100 });
  await waiting.click();
  await guest.page.getByText('New', { exact: true }).waitFor();
  for (const text of ['second thought', 'while you were away', 'where are you?']) await guest.sees(text);
  await guest.page.bringToFront();
  await guest.page.waitForFunction(() => !document.title.startsWith('('), undefined, { polling: 100 });
});

test('the first message of a channel is in view on a low page', { skip }, async () => {
  await owner.opensChannel('announcements');
  await owner.says('The barn dance is on Friday');
  await guest.resizes(640, 400);
  await guest.presses('Communities and channels');
  await guest.opensChannel('announcements');
  await guest.sees('The barn dance is on Friday');
  await guest.page.waitForFunction(() => {
    const below = (selector: string) => document.querySelector(selector)?.getBoundingClientRect().bottom ?? NaN;
    return below('[data-message]') < below('.messages-scroll') + 1;
  });
  await guest.resizes(1280, 800);
  await owner.opensChannel('general');
  await guest.opensChannel('general');
});

test('the switcher finds channels with a typing error', { skip }, async () => {
  await guest.page.keyboard.press('Control+k');
  await guest.page.getByLabel('Where to?').fill('introductoins');
  await guest.page.getByRole('option', { name: /introductions/ }).waitFor();
  await guest.page.keyboard.press('Enter');
  await guest.page.getByRole('heading', { name: 'introductions', level: 1 }).waitFor();
});

test('everything fits a page of 360 px', { skip }, async () => {
  const narrow = await visitor(browser, {
    viewport: { width: 360, height: 720 },
    storageState: await guest.page.context().storageState(),
  });
  await narrow.page.goto(guest.page.url());
  await narrow.composer.waitFor();
  await narrow.fits('channel');
  await narrow.presses('Communities and channels');
  await narrow.opensChannel('general');
  await narrow.sees('a good one');
  await narrow.fits('messages');
  for (const tab of ['profile', 'sessions', 'account']) {
    await narrow.page.goto(`${homeserver.url}/settings/${tab}`);
    await narrow.page.getByRole('button', { name: /^Close settings/ }).waitFor();
    await narrow.fits(tab);
  }
  narrow.isContent();
});

test('an account is deleted by its password, after what it owns', { skip }, async () => {
  await owner.page.goto(`${homeserver.url}/settings/account`);
  await owner.page
    .getByText('First hand over or delete what you own')
    .getByRole('link', { name: 'Hollow Oak' })
    .click();
  await owner.presses('Delete Hollow Oak');
  await owner.page.getByLabel('Type “Hollow Oak” to go on').fill('Hollow Oak');
  await owner.presses('Delete for good');
  await owner.isTold('Hollow Oak was deleted.');
  await guest.isTold('The owner deleted Hollow Oak.');
  assert.equal(await owner.page.getByText('The owner deleted').count(), 0);

  await owner.page.goto(`${homeserver.url}/settings/account`);
  await owner.presses('Delete account');
  await owner.page.getByLabel('Your password').fill('a guess');
  await owner.presses('Delete for good');
  await owner.page.getByText('This is not your password.').waitFor();
  await owner.page.getByLabel('Your password').fill(password);
  await owner.presses('Delete for good');
  await owner.isTold('Your account was deleted.');
});

test('the pages complained about nothing', { skip }, () => {
  owner.isContent();
  guest.isContent();
});
