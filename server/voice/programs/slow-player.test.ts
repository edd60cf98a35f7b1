import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { far, narrow, startDistantHomeserver } from '../../testing/distant-homeserver.ts';
import type { LossyUdpProxy } from '../../testing/lossy-udp-proxy.ts';
import { person } from '../../testing/people.ts';
import { playsByWhep } from '../../testing/program-pages.ts';
import type { TestHomeserver } from '../../testing/start-homeserver.ts';
import { lacksForMedia, openVoiceBrowser, Talker } from '../../testing/voice-browser.ts';
import { Caller, newVoiceChannel } from '../../testing/voice-people.ts';

const skip = lacksForMedia({ browser: true });

let homeserver: TestHomeserver;
let network: LossyUdpProxy;
let browser: Browser;
let player: Page;

before(async () => {
  if (skip) return;
  ({ homeserver, network } = await startDistantHomeserver());
  browser = await openVoiceBrowser();
  const owner = await person(homeserver.url);
  const place = await newVoiceChannel(owner, await owner.founds('Far away'));
  const sender = await Talker.open(browser, homeserver.url, owner, { only: 'udp' });
  await sender.calls('join', place);
  await sender.calls('shows', 'screen');
  using caller = await Caller.of(owner);
  ({ page: player } = await playsByWhep(browser, await caller.asks('watch_token', place)));
});

after(async () => {
  await browser?.close();
  await homeserver?.close();
  await network?.[Symbol.asyncDispose]();
});

/** Until the picture that is played is this wide, give or take. */
async function plays([least, most]: readonly [number, number]): Promise<void> {
  await player.waitForFunction(
    ([from, to]) => {
      const { width } = (globalThis as never as { played(): { width: number } }).played();
      return width >= from && width <= to;
    },
    [least, most] as const,
    { polling: 100, timeout: 250_000 },
  );
}

test('[VOX-21] where there is room a player gets a large picture', { skip }, () => plays([400, 4_000]));

test('[VOX-21] where it gets narrow for a player, a smaller picture comes', { skip }, async () => {
  network.become({ up: far, down: narrow });
  await plays([1, 300]);
});

test('[VOX-21] when it is wide again, the picture gets better again', { skip }, async () => {
  network.become({ up: far, down: far });
  await plays([400, 4_000]);
});
