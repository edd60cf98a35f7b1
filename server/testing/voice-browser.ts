import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { findMediaWorker } from '../set-up/media-worker-place.mjs';
import { findTurnServer } from '../voice/turn.ts';
import type { Person } from './people.ts';

const executable = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) =>
  existsSync(file),
);
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--allow-loopback-in-peer-connection',
  // Peers in one page find each other without asking the network for a name.
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];

/** Why a test of real media cannot be run here; on a machine that is to prove something it is a failure instead. */
export function lacksForMedia(needs: { browser?: boolean; turn?: boolean } = {}): string | false {
  const lacks = [
    findMediaWorker().reason,
    ...(needs.browser && executable === undefined ? ['there is no Chromium here'] : []),
    ...(needs.turn && findTurnServer() === undefined ? ['there is no coturn here'] : []),
  ].filter((reason) => reason !== undefined);
  if (lacks.length === 0) return false;
  if (process.env['CI'] === 'true') throw new Error(lacks.join('; '));
  return lacks.join('; ');
}

/** Settings of a homeserver with voice that is in nobody's way. */
export const voiceEnvironment = {
  FOLKMOOT_VOICE_PORT: '0',
  FOLKMOOT_TURN_PORT: '0',
  FOLKMOOT_VOICE_WORKERS: '2',
  FOLKMOOT_VOICE_ANNOUNCED_ADDRESS: '127.0.0.1',
};

/** How long somebody waits for anything; nothing is to depend on the speed of this machine. */
export const patienceMs = 90_000;

/** `isTrusting`: also of homeservers whose certificates no browser knows. */
export const openVoiceBrowser = ({ isTrusting = false } = {}): Promise<Browser> =>
  chromium.launch({
    executablePath: executable ?? '',
    args: [...flags, ...(isTrusting ? ['--ignore-certificate-errors'] : [])],
    headless: true,
    timeout: patienceMs,
  });

const scripts = new Map<string, Promise<string>>();

/** A script of examples/web-client/tests, as a browser takes it. */
export function pageScript(name: string): Promise<string> {
  const known = scripts.get(name) ?? bundlePage(name);
  scripts.set(name, known);
  return known;
}

async function bundlePage(name: string): Promise<string> {
  const entry = join(import.meta.dirname, `../../examples/web-client/tests/${name}.ts`);
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, lib: { entry, formats: ['iife'], name: 'voicePage' } },
    define: { 'process.env.NODE_ENV': '"test"' },
  });
  const [{ output }] = result as unknown as [{ output: [{ code: string }] }];
  return output[0].code;
}

/** Somebody in front of a browser who takes part in voice. */
export class Talker {
  readonly person: Person;
  readonly page: Page;

  private constructor(who: Person, page: Page) {
    this.person = who;
    this.page = page;
  }

  static async open(
    browser: Browser,
    url: string,
    who: Person,
    { relayOnly = false, only }: { relayOnly?: boolean; only?: 'udp' | 'tcp' } = {},
  ): Promise<Talker> {
    const context = await browser.newContext({ bypassCSP: true, permissions: ['microphone', 'camera'] });
    const page = await context.newPage();
    page.setDefaultTimeout(patienceMs);
    await page.goto(`${url}/readyz`);
    await page.addScriptTag({ content: await pageScript('voice-page') });
    await page.evaluate(
      async (settings) => {
        const open = (globalThis as never as { openVoice: (settings: object) => { ready: Promise<void> } }).openVoice;
        const voice = open(settings);
        Object.assign(globalThis, { voice });
        await voice.ready;
      },
      { token: who.token, relayOnly, only },
    );
    return new Talker(who, page);
  }

  get id(): string {
    return this.person.account.id;
  }

  /** Calls a method of the page's client. */
  calls<T = unknown>(method: string, ...args: unknown[]): Promise<T> {
    return this.page.evaluate(
      ([name, given]) => {
        const voice = (globalThis as never as { voice: Record<string, (...all: unknown[]) => unknown> }).voice;
        return voice[name as string]!(...(given as unknown[]));
      },
      [method, args] as const,
    ) as Promise<T>;
  }

  asks<T = Record<string, unknown>>(method: string, d: object): Promise<T> {
    return this.calls<T>('ask', method, d);
  }

  /** Until this tone, give or take 15 Hz, is heard of somebody; 0 is silence, which lasts. */
  async hears(other: Pick<Talker, 'id'>, hertz: number): Promise<void> {
    const count = await this.page.evaluateHandle(() => ({ silent: 0 }));
    await this.page.waitForFunction(
      ([user, wanted, looks]) => {
        const heard = (globalThis as never as { voice: { hears(): Record<string, number> } }).voice.hears();
        const now = heard[user] ?? 0;
        looks.silent = now <= 15 ? looks.silent + 1 : 0;
        return wanted === 0 ? looks.silent >= 15 : Math.abs(now - wanted) <= 15;
      },
      [other.id, hertz, count] as const,
      { polling: 20 },
    );
  }

  /** Until a picture comes that is this wide, in pixels. */
  async sees(least: number, most = Infinity): Promise<void> {
    await this.page.waitForFunction(
      ([from, to]) =>
        (globalThis as never as { voice: { sees(): number[] } }).voice
          .sees()
          .some((width) => width >= from && (to === null || width <= to)),
      [least, Number.isFinite(most) ? most : null] as const,
      { polling: 100 },
    );
  }

  /** Until so many frames of pictures were shown. */
  async seesMore(frames: number): Promise<void> {
    await this.page.waitForFunction(
      (many) => (globalThis as never as { voice: { frames(): number } }).voice.frames() >= many,
      frames,
      { polling: 100 },
    );
  }

  /** Until both transports go one of these ways: a browser may begin with another and find the better one in a moment. */
  async goes(expected: readonly string[]): Promise<void> {
    const late = performance.now() + patienceMs;
    for (;;) {
      const ways = await this.calls<string[]>('ways');
      if (ways.length === 2 && ways.every((way) => expected.includes(way))) return;
      if (performance.now() > late) throw new Error(`media go ${ways.join(' and ') || 'no way'}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Until a notice of this kind has come; answers with its data. */
  async isTold<T = unknown>(t: string): Promise<T> {
    const handle = await this.page.waitForFunction(
      (name) =>
        (globalThis as never as { voice: { notices: { t: string; d: unknown }[] } }).voice.notices.find(
          (one) => one.t === name,
        ),
      t,
      { polling: 50 },
    );
    return ((await handle.jsonValue()) as { d: T }).d;
  }
}
