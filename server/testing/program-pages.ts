import type { Browser, Page } from 'playwright-core';
import { pageScript, patienceMs } from './voice-browser.ts';

/** Answer to the POST of a program. */
export interface ProgramPage {
  page: Page;
  status: number;
  location: string;
}

async function pageWith(browser: Browser, url: string, script: string): Promise<Page> {
  const page = await (await browser.newContext({ bypassCSP: true })).newPage();
  page.setDefaultTimeout(patienceMs);
  await page.goto(`${new URL(url).origin}/readyz`);
  await page.addScriptTag({ content: await pageScript(script) });
  return page;
}

type Program = (url: string, token: string, codec?: string) => Promise<{ status: number; location: string }>;

/** A page that sends a tone of 660 Hz and a moving picture by WHIP. */
export async function sendsByWhip(
  browser: Browser,
  { url, token }: { url: string; token: string },
): Promise<ProgramPage> {
  const page = await pageWith(browser, url, 'whip-sender');
  const answer = await page.evaluate(
    ([to, bearer]) => (globalThis as never as { sendByWhip: Program }).sendByWhip(to, bearer),
    [url, token] as const,
  );
  return { page, ...answer };
}

/** A page that plays by WHEP. */
export async function playsByWhep(
  browser: Browser,
  { url, token }: { url: string; token: string },
  codec?: string,
): Promise<ProgramPage> {
  const page = await pageWith(browser, url, 'whep-player');
  const answer = await page.evaluate(
    ([to, bearer, only]) => (globalThis as never as { playByWhep: Program }).playByWhep(to, bearer, only),
    [url, token, codec] as const,
  );
  return { page, ...answer };
}

/** Until the sound and the picture of `sendsByWhip` are played. */
export async function isPlayed(page: Page): Promise<void> {
  await page.waitForFunction(
    () => {
      const { hertz, width } = (globalThis as never as { played(): { hertz: number; width: number } }).played();
      return Math.abs(hertz - 660) <= 20 && width > 0;
    },
    undefined,
    { polling: 50 },
  );
}

/** Until the connection of a player is over, as a browser sees it: nothing comes any more. */
export async function isPlayedNoMore(page: Page): Promise<void> {
  await page.evaluate(async () => {
    type Stats = Map<string, { type: string; packetsReceived: number }>;
    const { connection } = (globalThis as never as { playing: { connection: { getStats(): Promise<Stats> } } }).playing;
    const received = async () => {
      let sum = 0;
      for (const one of (await connection.getStats()).values())
        if (one.type === 'inbound-rtp') sum += one.packetsReceived;
      return sum;
    };
    for (let before = -1; ; ) {
      const now = await received();
      if (now === before) return;
      before = now;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  });
}
