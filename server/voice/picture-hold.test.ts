import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { far, narrow, startDistantHomeserver } from '../testing/distant-homeserver.ts';
import type { LossyUdpProxy } from '../testing/lossy-udp-proxy.ts';
import { person } from '../testing/people.ts';
import type { TestHomeserver } from '../testing/start-homeserver.ts';
import { lacksForMedia, openVoiceBrowser, Talker } from '../testing/voice-browser.ts';
import { newVoiceChannel } from '../testing/voice-people.ts';

const skip = lacksForMedia({ browser: true });
/** Seven seconds of sound. */
const LONG_ENOUGH = 350;

let homeserver: TestHomeserver;
let network: LossyUdpProxy;
let browser: Browser;
let speaker: Talker;
let listener: Talker;

before(async () => {
  if (skip) return;
  ({ homeserver, network } = await startDistantHomeserver());
  browser = await openVoiceBrowser();
  const [owner, guest] = [await person(homeserver.url), await person(homeserver.url)];
  const space = await owner.founds('Far away');
  await owner.invites(space, guest);
  const place = await newVoiceChannel(owner, space);
  speaker = await Talker.open(browser, homeserver.url, owner, { only: 'udp' });
  listener = await Talker.open(browser, homeserver.url, guest, { only: 'udp' });
  for (const who of [speaker, listener]) await who.calls('join', place);
  await speaker.calls('says', 440);
  await listener.hears(speaker, 440);
  await speaker.calls('showsInOneSize');
  await listener.sees(480);
});

after(async () => {
  await browser?.close();
  await homeserver?.close();
  await network?.[Symbol.asyncDispose]();
});

/** Until the homeserver has said last that it sends the picture, or that it does not. */
async function isToldOfPicture(wanted: 'sent' | 'held'): Promise<void> {
  await listener.page.waitForFunction(
    (held) => {
      type Notice = { t: string; d: { spatial: number | null } };
      const { notices } = (globalThis as never as { voice: { notices: Notice[] } }).voice;
      const last = notices.findLast(({ t }) => t === 'layers');
      return last !== undefined && (last.d.spatial === null) === held;
    },
    wanted === 'held',
    { polling: 100, timeout: 90_000 },
  );
}

interface Packets {
  came: number;
  lost: number;
}

/** Share of the sound that is lost until so many packets more were sent. */
async function shareLost(before: Packets, many: number): Promise<number> {
  for (;;) {
    const now = await listener.calls<Packets>('soundPackets');
    const [came, lost] = [now.came - before.came, now.lost - before.lost];
    if (came + lost >= many) return lost / (came + lost);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('[VOX-8] where it gets narrow suddenly a picture without smaller sizes makes way for the sound', {
  skip,
}, async () => {
  const before = await listener.calls<Packets>('soundPackets');
  network.become({ up: far, down: narrow });
  const [share] = await Promise.all([shareLost(before, LONG_ENOUGH), isToldOfPicture('held')]);
  assert.ok(share < 0.6, `${share} of the sound was lost`);
});

test('[VOX-8] when it is wide again the picture comes back', { skip }, async () => {
  network.become({ up: far, down: far });
  await isToldOfPicture('sent');
  const frames = await listener.calls<number>('frames');
  await listener.page.waitForFunction(
    (so) => (globalThis as never as { voice: { frames(): number } }).voice.frames() > so,
    frames + 20,
    { polling: 100, timeout: 60_000 },
  );
});
