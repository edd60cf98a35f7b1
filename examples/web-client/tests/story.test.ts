import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';
import { startHomeserver, type TestHomeserver } from '../../../server/testing/start-homeserver.ts';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const password = 'a quiet test evening';

const executable = places.find((path) => existsSync(path));
// On a machine that is to prove something a missing browser is a failure, elsewhere a test less.
const skip = executable === undefined && process.env['CI'] !== 'true' ? 'there is no Chromium here' : false;

let homeserver: TestHomeserver;
let browser: Browser;
let owner: Visitor;
let guest: Visitor;
let invite: string;

before(async () => {
  if (skip) return;
  assert.ok(executable, 'Chromium is missing');
  homeserver = await startHomeserver();
  browser = await openBrowser(executable);
  owner = await visitor(browser);
  guest = await visitor(browser, { colorScheme: 'light' });
});

after(async () => {
  await browser?.close();
  await homeserver?.close();
});

test('somebody registers and creates a community', { skip }, async () => {
  await owner.page.goto(`${homeserver.url}/register`);
  await owner.registers('wren');
  await owner.page.getByRole('heading', { name: 'Welcome, wren' }).waitFor();
  await owner.page.getByRole('main').getByRole('button', { name: 'Create a community' }).click();
  await owner.page.getByLabel('Name', { exact: true }).fill('Hollow Oak');
  await owner.page.getByRole('radio', { name: /^Community/ }).check({ force: true });
  await owner.presses('Create community');
  await owner.opensChannel('general');
  await owner.says('Good evening, **everybody**', 'Good evening');
  assert.equal(await owner.message('Good evening').locator('strong').innerText(), 'everybody');
});

test('an invite link survives registration', { skip }, async () => {
  await owner.choosesOfSpace('Hollow Oak', 'Invite people');
  await owner.presses('Make link');
  invite = await owner.page.getByLabel('Invite link').inputValue();
  await owner.page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();

  await guest.page.goto(invite);
  await guest.page.getByText('Hollow Oak').waitFor();
  await guest.page.reload();
  await guest.registers('finch');
  await guest.opensChannel('general');
  await guest.sees('Good evening');
});

test('they talk live and mention each other', { skip }, async () => {
  await guest.composer.pressSequentially('Hello @wr');
  await guest.page.getByRole('option', { name: /wren/ }).waitFor();
  await owner.page.getByText('finch is typing').waitFor();
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
  await owner.page.getByText('Role saved.').waitFor();
  await owner.page.getByRole('link', { name: 'Members' }).click();
  await owner.presses('What to do with finch');
  await owner.page.getByRole('menuitem', { name: 'Roles' }).click();
  const keeper = owner.page.getByRole('dialog').getByLabel('Keeper');
  await keeper.check();
  await owner.page.keyboard.press('Escape');
  await owner.page.keyboard.press('Escape');
  await guest.page.getByRole('complementary', { name: 'Members' }).getByRole('heading', { name: 'Keeper' }).waitFor();

  await guest.message('Welcome!').focus();
  await guest.page.keyboard.press('p');
  await guest.page.getByText('Pinned.').waitFor();
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
  await owner.message('second thought').hover();
  await owner.page.getByRole('button', { name: 'React', exact: true }).click();
  await owner.page.getByLabel('Search emoji').fill('tada');
  await owner.page.getByLabel('Search emoji').press('Enter');
  await guest.message('second thought').getByRole('button', { name: '🎉 1' }).click();
  await owner.message('second thought').getByRole('button', { name: '🎉 2, with yours' }).waitFor();

  await owner.message('second thought').focus();
  await owner.page.keyboard.press('r');
  await owner.says('a good one');
  await guest.message('a good one').getByText('In reply to').waitFor({ state: 'attached' });
});

test('a deleted message is gone for everybody', { skip }, async () => {
  await guest.says('a slip of the tongue');
  await owner.sees('a slip of the tongue');
  await guest.message('a slip of the tongue').focus();
  await guest.page.keyboard.press('Delete');
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
  assert.match(await guest.page.title(), /^\(1\)/);
  await waiting.click();
  await guest.page.getByText('New', { exact: true }).waitFor();
  for (const text of ['second thought', 'while you were away', 'where are you?']) await guest.sees(text);
  await guest.page.bringToFront();
  await guest.page.waitForFunction(() => !document.title.startsWith('('));
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
  const fits = async (where: string) => {
    const [content, view] = await narrow.page.evaluate(
      () => [document.documentElement.scrollWidth, innerWidth] as const,
    );
    assert.ok(content <= view, `${where} is ${content} px wide`);
  };
  await narrow.page.goto(guest.page.url());
  await narrow.composer.waitFor();
  await fits('channel');
  await narrow.presses('Communities and channels');
  await narrow.opensChannel('general');
  await narrow.sees('a good one');
  await fits('messages');
  for (const tab of ['profile', 'sessions', 'account']) {
    await narrow.page.goto(`${homeserver.url}/settings/${tab}`);
    await narrow.page.getByRole('button', { name: /^Close settings/ }).waitFor();
    await fits(tab);
  }
  narrow.isContent();
});

test('the pages complained about nothing', { skip }, () => {
  owner.isContent();
  guest.isContent();
});

function openBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: flags });
}

/** Somebody at a browser of its own; what the page complains about ends the test. */
class Visitor {
  readonly page: Page;
  readonly complaints: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => this.complaints.push(error.stack ?? error.message));
    page.on('console', (message) => {
      // Whoever is not logged in yet is told so by 401, which the browser notes as an error.
      const expected = /status of 401|ERR_CONNECTION_REFUSED|WebSocket connection/.test(message.text());
      if (message.type() === 'error' && !expected) this.complaints.push(message.text());
    });
  }

  get composer(): Locator {
    return this.page.getByRole('combobox', { name: /^Message #/ });
  }

  /** The row of a message by what it says. */
  message(text: string): Locator {
    return this.page.locator('[data-message]', { hasText: text });
  }

  /** `shown` is how the message reads where that differs from what is written. */
  async says(text: string, shown = text): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
    await this.sees(shown);
  }

  async sees(text: string): Promise<void> {
    await this.message(text).last().waitFor();
  }

  async presses(name: string | RegExp): Promise<void> {
    await this.page.getByRole('button', { name }).click();
  }

  async registers(handle: string): Promise<void> {
    await this.page.getByLabel('Handle').fill(handle);
    await this.page.getByLabel('Password').fill(password);
    await this.presses('Create account');
  }

  async opensChannel(name: string): Promise<void> {
    await this.page
      .getByRole('navigation', { name: /^Channels of/ })
      .getByRole('link', { name })
      .click();
    await this.page.getByRole('heading', { name, level: 1 }).waitFor();
  }

  /** Chooses from the menu of the community. */
  async choosesOfSpace(space: string, item: string): Promise<void> {
    await this.presses(space);
    await this.page.getByRole('menuitem', { name: item }).click();
  }

  isContent(): void {
    assert.deepEqual(this.complaints, []);
  }
}

async function visitor(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  return new Visitor(await context.newPage());
}
