import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { type Person, person } from '../../testing/people.ts';
import { AiortcPlayer, lacksPrograms, WhipClient } from '../../testing/real-programs.ts';
import { startHomeserver, type TestHomeserver } from '../../testing/start-homeserver.ts';
import { lacksForMedia, openVoiceBrowser, Talker, voiceEnvironment } from '../../testing/voice-browser.ts';
import { Caller, newVoiceChannel, type VoicePlace } from '../../testing/voice-people.ts';

const skip = lacksForMedia({ browser: true, turn: true }) || lacksPrograms();

let homeserver: TestHomeserver;
let browser: Browser;
let owner: Person;
let streamer: Person;
let caller: Caller;
let place: VoicePlace;

before(async () => {
  if (skip) return;
  // aiortc takes no answer from another address of this machine than the one that it asked.
  homeserver = await startHomeserver({ environment: { ...voiceEnvironment, FOLKMOOT_VOICE_LISTEN: '127.0.0.1' } });
  browser = await openVoiceBrowser();
  [owner, streamer] = [await person(homeserver.url), await person(homeserver.url)];
  const space = await owner.founds('Cinema');
  await owner.invites(space, streamer);
  place = await newVoiceChannel(owner, space);
  caller = await Caller.of(streamer);
});

after(async () => {
  caller?.[Symbol.dispose]();
  await browser?.close();
  await homeserver?.close();
});

const isIn = () => caller.inside(place).some(({ user }) => user.id === streamer.account.id);

const ways = [
  ['VP8', 'as it finds its way itself', []],
  ['H264', 'with its candidates in the offer', ['--no-trickle']],
  ['VP8', 'through TURN that it is told of', ['--follow-link', '--force-turn']],
] as const;

for (const [codec, way, options] of ways)
  test(`[VOX-19] [VOX-21] [VOX-22] whip-client sends ${codec} ${way}: seen in a browser and by a player of aiortc`, {
    skip,
  }, async () => {
    await using sender = WhipClient.start(await caller.asks('stream_token', place), codec, options);
    await Promise.race([sender.ended, caller.until(() => caller.inside(place).some(({ screen }) => screen))]);
    const watcher = await Talker.open(browser, homeserver.url, owner);
    await watcher.calls('join', place);
    await watcher.hears(streamer.account, 660);
    await watcher.sees(320, 320);
    await watcher.page.close();

    await using player = AiortcPlayer.start(await caller.asks('watch_token', place));
    await player.gets(({ width }) => width === 320, 20);
    await player.gets(({ hertz = 0, level = 0 }) => Math.abs(hertz - 660) <= 5 && level > 1_000);
    assert.equal(await player.stop(), 0);

    assert.equal(await sender.stop(), 0);
    await caller.until(() => !isIn());
  });

test('[VOX-21] a screen without sound comes to a player of aiortc, in one of its larger layers', {
  skip,
}, async () => {
  const sender = await Talker.open(browser, homeserver.url, owner);
  await sender.calls('join', place);
  await sender.calls('shows', 'screen');
  await using player = AiortcPlayer.start(await caller.asks('watch_token', place));
  await player.gets(({ width = 0 }) => width >= 480, 20);
  assert.equal(await player.stop(), 0);
  await sender.page.close();
});
