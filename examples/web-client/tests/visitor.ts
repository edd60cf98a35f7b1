import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
export const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const password = 'a quiet test evening';

export const executable = places.find((path) => existsSync(path));
// On a machine that is to prove something a missing browser is a failure, elsewhere a test less.
export const skip = executable === undefined && process.env['CI'] !== 'true' ? 'there is no Chromium here' : false;

/** How long somebody waits for anything; nothing is to depend on the speed of this machine. */
export const patienceMs = 90_000;

export function openBrowser(): Promise<Browser> {
  assert.ok(executable, 'Chromium is missing');
  return chromium.launch({ executablePath: executable, args: flags, timeout: patienceMs });
}

/** Somebody at a browser of its own; what the page complains about ends the test. */
export class Visitor {
  readonly page: Page;
  readonly complaints: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(patienceMs);
    page.on('pageerror', (error) => this.complaints.push(error.stack ?? error.message));
    page.on('console', (message) => {
      // Whoever is not logged in yet is told so by 401, which the browser notes as an error.
      const expected = /status of 401|ERR_CONNECTION_(REFUSED|RESET|CLOSED)|WebSocket connection/.test(message.text());
      if (message.type() === 'error' && !expected) this.complaints.push(message.text());
    });
  }

  get composer(): Locator {
    return this.page.getByRole('combobox', { name: /^Message / });
  }

  /** The row of a message by what it says. */
  message(text: string): Locator {
    return this.page.locator('[data-message]', { hasText: text });
  }

  /** And is in it. */
  async founds(name: string): Promise<void> {
    await this.page.getByRole('main').getByRole('button', { name: 'Create a community' }).click();
    await this.page.getByLabel('Name', { exact: true }).fill(name);
    await this.page.getByRole('radio', { name: /^Community/ }).press('Space');
    const before = this.page.url();
    await this.presses('Create community');
    await this.page.waitForURL(({ href }) => href !== before);
  }

  /** Makes an invite link. */
  async invitesTo(space: string): Promise<string> {
    await this.choosesOfSpace(space, 'Invite people');
    await this.presses('Make link');
    const link = await this.page.getByLabel('Invite link').inputValue();
    await this.page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    return link;
  }

  /** Keeps a picture of the page where FOLKMOOT_TEST_PICTURES names a folder. */
  async shows(name: string): Promise<void> {
    const folder = process.env['FOLKMOOT_TEST_PICTURES'];
    if (folder) await this.page.screenshot({ path: `${folder}/${name}.png`, animations: 'disabled' });
  }

  async writes(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** `shown` is how the message reads where that differs from what is written. */
  async says(text: string, shown = text): Promise<void> {
    await this.writes(text);
    await this.sees(shown);
  }

  async sees(text: string): Promise<void> {
    await this.message(text).last().waitFor();
  }

  /** Until these words came at the edge of the page, where they stay for some seconds only; each time that they come counts once. */
  async isTold(words: string): Promise<void> {
    await this.page.waitForFunction(
      (wanted) => {
        const { told } = globalThis as never as { told: string[] };
        const at = told.findIndex((one) => one.includes(wanted));
        if (at >= 0) told.splice(at, 1);
        return at >= 0;
      },
      words,
      { polling: 100 },
    );
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

  /** Makes the page another size, until it is drawn in it. */
  async resizes(width: number, height: number): Promise<void> {
    await this.page.setViewportSize({ width, height });
    await this.page.waitForFunction(([wide, high]) => innerWidth === wide && innerHeight === high, [width, height]);
    await this.isDrawn();
  }

  /** Waits for a picture of the page as it is now: two changes before one are none to it. */
  async isDrawn(): Promise<void> {
    await this.page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  }

  /** Nothing is wider than the page, which is laid out anew with the next picture that is drawn. */
  async fits(where: string): Promise<void> {
    const isIn = () => document.documentElement.scrollWidth <= innerWidth;
    await this.page.waitForFunction(isIn).catch(async (cause: unknown) => {
      const content = await this.page.evaluate(() => document.documentElement.scrollWidth);
      throw new Error(`${where} is ${content} px wide`, { cause });
    });
  }

  /** What the browser notes as an error and was to be expected. */
  forgives(what: RegExp): void {
    this.complaints.splice(0, this.complaints.length, ...this.complaints.filter((complaint) => !what.test(complaint)));
  }

  isContent(): void {
    assert.deepEqual(this.complaints, []);
  }
}

/** For a page before it loads: keeps the words that come at its edge. */
export function keepTold(): void {
  const told: string[] = [];
  const known = new WeakSet<Element>();
  Object.assign(globalThis, { told });
  const look = () => {
    for (const toast of document.querySelectorAll('.toast')) {
      if (known.has(toast) || !toast.checkVisibility()) continue;
      known.add(toast);
      told.push(toast.textContent ?? '');
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
}

export async function visitor(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width: 1280, height: 800 },
    ...options,
  });
  await context.addInitScript(keepTold);
  return new Visitor(await context.newPage());
}
