import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createHttpClient } from '@folkmoot/protocol-spec/client/http-client.ts';
import { newIntentId } from '@folkmoot/protocol-spec/client/intent-id.ts';
import { logIn } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import type { Browser, Locator } from 'playwright-core';
import { startHomeserver, type TestHomeserver } from '../../../server/testing/start-homeserver.ts';
import { openBrowser, password, skip, visitor, type Visitor } from './visitor.ts';

let homeserver: TestHomeserver;
let browser: Browser;
let wren: Visitor;
let finch: Visitor;
let introductions: string;

const field = (who: Visitor) => who.page.getByRole('combobox', { name: 'Search messages' });
const results = (who: Visitor) => who.page.locator('[data-found]');

/** The results, once they are exactly as many and say this, the newest first. */
async function finds(who: Visitor, ...texts: readonly string[]): Promise<void> {
  for (const [at, text] of texts.entries()) await results(who).nth(at).filter({ hasText: text }).waitFor();
  if (texts.length === 0) await who.page.getByText('Nothing was found.').waitFor();
  else
    await who.page
      .getByText(texts.length === 1 ? '1 message' : `${texts.length} messages, the newest first`, { exact: true })
      .waitFor();
  await results(who).nth(texts.length).waitFor({ state: 'detached' });
}

async function searches(who: Visitor, text: string): Promise<void> {
  await field(who).fill(text);
  await field(who).press('Enter');
}

async function isFocused(what: Locator): Promise<void> {
  await what.and(what.page().locator(':focus')).waitFor();
}

before(async () => {
  if (skip) return;
  homeserver = await startHomeserver();
  browser = await openBrowser();
  wren = await visitor(browser, { colorScheme: 'dark' });
  finch = await visitor(browser, { colorScheme: 'light' });
  await wren.page.goto(`${homeserver.url}/register`);
  await wren.registers('wren');
  await wren.founds('Hollow Oak');
  await wren.opensChannel('general');
  await wren.says('The acorn harvest begins at **noon**', 'The acorn harvest');
  await wren.says('Bring a basket');
  await finch.page.goto(await wren.invitesTo('Hollow Oak'));
  await finch.registers('finch');
  await finch.opensChannel('introductions');
  await finch.says('@wren, I count acorns at https://acorns.example/count', 'I count acorns');
  introductions = finch.page.url();
});

after(async () => {
  await browser?.close();
  await homeserver?.close();
});

test('a word finds messages in all channels of the community', { skip }, async () => {
  await finch.shows('search-header');
  await finch.page.keyboard.press('Control+f');
  await isFocused(field(finch));
  await finch.page.getByText('Narrow it down').waitFor();
  await finch.shows('search-tips');
  await field(finch).pressSequentially('acorn');
  await finds(finch, 'I count acorns', 'The acorn harvest');
  const marked = results(finch).locator('mark');
  for (const [at, word] of ['acorns', 'acorns', 'acorn'].entries())
    await marked
      .nth(at)
      .and(finch.page.getByText(word, { exact: true }))
      .waitFor();
  await marked.nth(3).waitFor({ state: 'detached' });
  await finch.page.getByRole('heading', { name: '#introductions' }).waitFor();
  await finch.shows('search-results');
  await searches(finch, 'acorn "at noon"');
  await finds(finch, 'The acorn harvest');
  await searches(finch, 'hedgehog');
  await finds(finch);
  await finch.shows('search-nothing');
});

test('filters are suggested, and taken out again', { skip }, async () => {
  await field(finch).fill('');
  await field(finch).pressSequentially('acorn from:wr');
  await finch.page.getByRole('option', { name: /wren/ }).waitFor();
  await finch.shows('search-suggestions');
  await field(finch).press('Enter');
  await finds(finch, 'The acorn harvest');
  await field(finch).pressSequentially('in:intro');
  await finch.page.getByRole('option', { name: /introductions/ }).waitFor();
  await field(finch).press('Tab');
  assert.equal(await field(finch).inputValue(), 'acorn from:wren in:introductions ');
  await finds(finch);
  await finch.shows('search-chips');
  await finch.presses('Without “From wren”');
  await finds(finch, 'I count acorns');
  await searches(finch, 'has:link mentions:wren on:today');
  await finds(finch, 'I count acorns');
  await finch.presses('Filters');
  await finch.page.getByRole('menuitem', { name: 'Before a day' }).click();
  await finch.page.getByRole('option', { name: /^today/ }).click();
  assert.equal(await field(finch).inputValue(), 'has:link mentions:wren on:today before:today ');
  await finch.page.getByText('There is no day between these dates.').waitFor();
});

test('what cannot be searched for is said in plain words', { skip }, async () => {
  await searches(finch, 'from:nobody.at.all');
  await finch.page.getByText('Nobody here is called “nobody.at.all”.').waitFor();
  await finch.shows('search-unknown');
  finch.forgives(/status of 404/);
  await searches(finch, 'in:cellar');
  await finch.page.getByText('No channel here is called “cellar”.').waitFor();
  await searches(finch, 'acorn on:tuesday');
  await finch.page.getByText('“tuesday” is not a date.').waitFor();
});

test('a result leads to its message, by the keyboard alone', { skip }, async () => {
  await finch.page.keyboard.press('Escape');
  await field(finch).waitFor({ state: 'detached' });
  await finch.composer.focus();
  await finch.page.keyboard.press('Control+f');
  await finch.page.keyboard.type('acorn');
  await finds(finch, 'I count acorns', 'The acorn harvest');
  await finch.page.keyboard.press('ArrowDown');
  await isFocused(finch.page.getByRole('link', { name: /I count acorns/ }));
  await finch.page.keyboard.press('ArrowDown');
  await isFocused(finch.page.getByRole('link', { name: /The acorn harvest/ }));
  await finch.page.keyboard.press('Enter');
  await finch.page.getByRole('heading', { name: 'general', level: 1 }).waitFor();
  await finch.message('The acorn harvest').waitFor();
  await finds(finch, 'I count acorns', 'The acorn harvest');
  await finch.shows('search-jump');
  await finch.page.keyboard.press('ArrowUp');
  await finch.page.keyboard.press('ArrowUp');
  await isFocused(field(finch));
  await finch.page.keyboard.press('Escape');
  await field(finch).waitFor({ state: 'detached' });
});

test('an edit and a deletion change the results', { skip }, async () => {
  await wren.says('An acron for finch');
  await wren.says('acorns roll away');
  await wren.presses('Search messages');
  await field(wren).fill('acorn');
  await finds(wren, 'acorns roll away', 'I count acorns', 'The acorn harvest');
  await wren.shows('search-results-dark');
  await finch.presses('Search messages');
  await searches(finch, 'acron');
  await finds(finch, 'An acron for finch');
  await wren.message('An acron for finch').press('e');
  await wren.page.getByLabel('Edit message').fill('An acron, no, an acorn for finch');
  await wren.page.getByLabel('Edit message').press('Enter');
  await results(finch).getByText('no, an acorn').waitFor();
  await searches(finch, 'acorn');
  await finds(finch, 'acorns roll away', 'no, an acorn', 'I count acorns', 'The acorn harvest');
  await wren.message('acorns roll away').press('Shift+Delete');
  await finds(finch, 'no, an acorn', 'I count acorns', 'The acorn harvest');
  await wren.message('no, an acorn').press('e');
  await wren.page.getByLabel('Edit message').fill('Never mind');
  await wren.page.getByLabel('Edit message').press('Enter');
  await finds(finch, 'I count acorns', 'The acorn harvest');
});

test('nobody finds what is said where they may not see', { skip }, async () => {
  await wren.choosesOfSpace('Hollow Oak', 'Create channel');
  await wren.page.getByLabel('Name', { exact: true }).fill('vault');
  await wren.page.getByRole('switch', { name: 'Private' }).check();
  await wren.page.getByRole('dialog').getByRole('button', { name: 'Create', exact: true }).click();
  await wren.page.getByRole('heading', { name: 'vault', level: 1 }).waitFor();
  await wren.says('A golden acorn');
  await searches(wren, 'acorn');
  await finds(wren, 'A golden acorn', 'I count acorns', 'The acorn harvest');
  await finch.page.getByRole('radio', { name: 'Everywhere' }).press('Space');
  await searches(finch, 'golden');
  await finds(finch);
  await searches(finch, 'acorn');
  await finds(finch, 'I count acorns', 'The acorn harvest');
  await finch.page.getByRole('heading', { name: '#introductions · Hollow Oak' }).waitFor();
  await finch.page.getByRole('radio', { name: '#general' }).press('Space');
  await finds(finch, 'The acorn harvest');
});

test('a conversation is searched for itself', { skip }, async () => {
  await wren.page.getByRole('complementary', { name: 'Members' }).waitFor({ state: 'detached' });
  await wren.presses('Close the search');
  await wren.page.getByRole('complementary', { name: 'Members' }).getByRole('button', { name: /finch/ }).click();
  await wren.page.getByRole('dialog', { name: 'Profile of finch' }).getByRole('button', { name: 'Message' }).click();
  await wren.page.getByRole('heading', { name: 'finch', level: 1 }).waitFor();
  await wren.says('Between us: the acorn is hollow');
  await wren.page.keyboard.press('Control+f');
  await searches(wren, 'acorn');
  await finds(wren, 'the acorn is hollow');
  await wren.page.getByRole('radio', { name: 'This conversation', checked: true }).waitFor({ state: 'attached' });
  await wren.shows('search-direct');
  await wren.page.getByRole('radio', { name: 'Everywhere' }).press('Space');
  await finds(wren, 'the acorn is hollow', 'A golden acorn', 'I count acorns', 'The acorn harvest');
  await wren.shows('search-everywhere');
});

test('older results come as one scrolls', { skip }, async () => {
  const client = createHttpClient({ baseUrl: homeserver.url });
  await client.call(logIn, { body: { login: 'wren', password } });
  const [, , space = '', channel = ''] = new URL(introductions).pathname.split('/');
  for (let n = 1; n <= 60; n++) {
    const content = n === 60 ? `${'leaf\n'.repeat(40)}chestnut 60` : `chestnut ${n}`;
    const body = { content, nonce: newIntentId() };
    await client.call(sendMessage, { params: { space, channel }, body });
  }
  await wren.page.getByRole('radio', { name: 'Everywhere' }).press('Space');
  await searches(wren, 'chestnut');
  await wren.page.getByText('More than 25 messages, the newest first').waitFor();
  await wren.shows('search-long');
  for (const text of ['chestnut 34', 'chestnut 9', 'chestnut 1']) {
    await results(wren).last().scrollIntoViewIfNeeded();
    await results(wren).getByText(text, { exact: true }).waitFor();
  }
  await wren.page.getByText('60 messages, the newest first').waitFor();
  await wren.page.getByRole('link', { name: /chestnut 2$/ }).click();
  await wren.page.getByRole('heading', { name: 'introductions', level: 1 }).waitFor();
  await wren.sees('chestnut 2');
});

test('without a connection it says so, and goes on once there is one', { skip }, async () => {
  await wren.page.context().setOffline(true);
  await searches(wren, 'basket');
  await wren.page.getByText('No connection to the homeserver').waitFor();
  await wren.shows('search-offline');
  await wren.page.context().setOffline(false);
  await finds(wren, 'Bring a basket');
  wren.forgives(/ERR_INTERNET_DISCONNECTED/);
});

test('on a page of 360 px it is a page of its own', { skip }, async () => {
  const narrow = await visitor(browser, {
    viewport: { width: 360, height: 720 },
    colorScheme: 'dark',
    storageState: await finch.page.context().storageState(),
  });
  await narrow.page.goto(finch.page.url());
  await narrow.composer.waitFor();
  await narrow.fits('header');
  await narrow.shows('search-header-narrow');
  await narrow.presses('Search messages');
  await isFocused(field(narrow));
  await narrow.fits('tips');
  await narrow.shows('search-tips-narrow');
  await field(narrow).fill('acorn');
  await finds(narrow, 'I count acorns', 'The acorn harvest');
  await narrow.fits('results');
  await narrow.shows('search-narrow');
  await narrow.page.getByRole('link', { name: /I count acorns/ }).click();
  await field(narrow).waitFor({ state: 'detached' });
  await narrow.page.getByRole('heading', { name: 'introductions', level: 1 }).waitFor();
  await narrow.sees('I count acorns');
  await narrow.presses('Search messages');
  await finds(narrow, 'I count acorns', 'The acorn harvest');
  await narrow.page.keyboard.press('Escape');
  await narrow.composer.waitFor();
  await narrow.resizes(1000, 720);
  await narrow.presses('Search messages');
  await finds(narrow, 'I count acorns', 'The acorn harvest');
  await narrow.shows('search-tight');
  narrow.isContent();
});

test('the pages complained about nothing', { skip }, () => {
  wren.isContent();
  finch.isContent();
});
