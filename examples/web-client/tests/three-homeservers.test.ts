import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { startEchoBot } from '../../bots/echo-bot.ts';
import { type NetworkHomeserver, SpawnedNetwork } from '../../../server/testing/spawned-network.ts';
import { openBrowser, skip, visitor, type Visitor } from './visitor.ts';

let network: SpawnedNetwork;
let browser: Browser;
let a: NetworkHomeserver;
let b: NetworkHomeserver;
let c: NetworkHomeserver;
let wren: Visitor;
let finch: Visitor;
let robin: Visitor;

before(async () => {
  if (skip) return;
  network = await SpawnedNetwork.open();
  [a, b, c] = await Promise.all([network.homeserver('a'), network.homeserver('b'), network.homeserver('c')]);
  browser = await openBrowser();
  wren = await visitor(browser, { colorScheme: 'dark' });
  finch = await visitor(browser, { colorScheme: 'light' });
  robin = await visitor(browser, { colorScheme: 'dark', viewport: { width: 360, height: 720 } });
  for (const [who, name, home] of [
    [wren, 'wren', a],
    [finch, 'finch', b],
    [robin, 'robin', c],
  ] as const) {
    await who.page.goto(`${home.url}/register`);
    await who.registers(name);
    await who.page.getByRole('heading', { name: `Welcome, ${name}` }).waitFor();
  }
});

after(async () => {
  await browser?.close();
  await network?.[Symbol.asyncDispose]();
});

test('somebody of another homeserver who is no friend waits as a request', { skip }, async () => {
  await robin.presses('Communities and messages');
  await robin.presses('New message');
  await robin.page.getByLabel('To', { exact: true }).fill(`finch@${b.name}`);
  await robin.page.getByLabel('To', { exact: true }).press('Enter');
  await robin.presses('Write');
  await robin.says('a word from afar');
  await robin.fits('direct message');

  await finch.page.getByRole('link', { name: 'Message requests, 1 message requests' }).click();
  await finch.page.getByText(`@robin@${c.name}`).waitFor();
  await finch.page.getByText('a word from afar').waitFor({ state: 'detached' });
  await finch.shows('three-request');
  await finch.presses('Accept robin');
  await finch.sees('a word from afar');
  await finch.says('Welcome, stranger');
  await robin.sees('Welcome, stranger');
  await robin.shows('three-direct-narrow');
});

test('a group of people of three homeservers', { skip }, async () => {
  await wren.presses('New message');
  for (const handle of [`finch@${b.name}`, `robin@${c.name}`]) {
    await wren.page.getByLabel('To', { exact: true }).fill(handle);
    await wren.page.getByLabel('To', { exact: true }).press('Enter');
  }
  await wren.shows('three-new-group');
  await wren.presses('Create a group of 3');
  await wren.says('Three houses, one table');
  await finch.page.getByRole('link', { name: 'Message requests, 1 message requests' }).click();
  await finch.presses('Accept wren');
  await finch.sees('Three houses, one table');
  await finch.says('I brought bread');
  await wren.sees('I brought bread');
  await robin.presses('Communities and channels');
  await robin.page.getByRole('link', { name: 'Message requests, 1 message requests' }).click();
  await robin.page.getByText('invites you to a group').waitFor();
  await robin.fits('requests');
  await robin.shows('three-requests-narrow');
  await robin.presses('Accept wren');
  await robin.sees('I brought bread');
  await robin.says('and I the songs');
  await finch.sees('and I the songs');
  await wren.sees('and I the songs');
  await wren.shows('three-group');
});

test('what somebody writes whom one blocked does not get through from elsewhere either', { skip }, async () => {
  await finch.page.getByRole('link', { name: 'robin', exact: true }).click();
  await finch.sees('a word from afar');
  await finch.page.getByRole('heading', { name: 'robin', level: 1 }).click();
  await finch.page.getByRole('dialog', { name: 'Profile of robin' }).getByRole('button', { name: 'More' }).click();
  await finch.page.getByRole('menuitem', { name: 'Block' }).click();
  await finch.page.getByRole('dialog').getByRole('button', { name: 'Block' }).click();
  await finch.message('a word from afar').waitFor({ state: 'detached' });
  await robin.says('what did I do?');
  await wren.sees('what did I do?');
  await finch.page
    .getByRole('link', { name: /^robin, wren|^wren, robin/ })
    .first()
    .click();
  await finch.sees('I brought bread');
  await finch.message('and I the songs').waitFor({ state: 'detached' });
  await finch.message('what did I do?').waitFor({ state: 'detached' });
  await finch.shows('three-blocked');
});

test('a bot that is at home on c answers in a community of a, as long as its grant holds', { skip }, async () => {
  await robin.page.goto(`${c.url}/settings/bots`);
  await robin.page.getByText('You have no bot yet.').waitFor();
  await robin.page.getByLabel('Handle of a new bot').fill('echo');
  await robin.presses('Make a bot');
  await robin.presses('Make token');
  const token = await robin.page.getByLabel('Token', { exact: true }).inputValue();
  await robin.shows('bot-token-narrow');
  await robin.page.getByRole('button', { name: 'Close', exact: true }).click();
  await robin.fits('bots');
  await robin.shows('own-bots-narrow');
  using _echo = await startEchoBot({ homeserver: c.direct, token, say: () => {} });

  await wren.page.getByRole('link', { name: 'Home', exact: true }).last().click();
  await wren.founds('Hollow Oak');
  await wren.choosesOfSpace('Hollow Oak', 'Community settings');
  await wren.page.getByRole('link', { name: 'Bots' }).click();
  await wren.presses('Let a bot in');
  await wren.page.getByLabel('Handle of the bot').fill(`echo@${c.name}`);
  await wren.shows('grant');
  await wren.presses('Let it in');
  await wren.page.getByText('reads only what mentions it').waitFor();
  await wren.page.getByText('has not joined yet').waitFor({ state: 'detached' });
  await wren.shows('space-bots');
  await wren.presses('Close settings (Esc)');
  await wren.opensChannel('general');
  await wren.says(`@echo@${c.name} hark!`, 'hark!');
  await wren.page.locator('[data-message]', { hasText: 'hark!' }).nth(1).getByText('BOT').waitFor();
  // That it is there is known at its home, which may have learned of its membership later than we did.
  await wren.page.locator('.member:not(.away)', { hasText: 'echo' }).waitFor();
  await wren.shows('bot-answers');

  await wren.choosesOfSpace('Hollow Oak', 'Community settings');
  await wren.page.getByRole('link', { name: 'Bots' }).click();
  await wren.page.getByRole('button', { name: 'Take back' }).click();
  await wren.page
    .getByRole('dialog', { name: /^Take back/ })
    .getByRole('button', { name: 'Take back' })
    .click();
  await wren.page.getByText('No bot is here').waitFor();
});

test('the pages complained about nothing', { skip }, () => {
  for (const who of [wren, finch, robin]) who.isContent();
});
