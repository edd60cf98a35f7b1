import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { startHomeserver, type TestHomeserver } from '../../../server/testing/start-homeserver.ts';
import { lacksForMedia, voiceEnvironment } from '../../../server/testing/voice-browser.ts';
import { hasSlowCamera, keepConnections, sentPictures, showsNothingBut } from './known-formats.ts';
import { openTalkingBrowser, type TalkingVisitor, talkingVisitor } from './voice-visitor.ts';

const skip = lacksForMedia({ browser: true });
const [space, lounge] = ['Hollow Oak', 'Lounge'];

let homeserver: TestHomeserver;
let browser: Browser;
let wren: TalkingVisitor;
let finch: TalkingVisitor;
let robin: TalkingVisitor;

const cameraOf = (who: TalkingVisitor) => who.page.getByRole('main').getByRole('group', { name: 'Voice' });

/** Until finch sees the camera of wren as wide as that, given what is sent of it. */
async function untilSeen(isIt: (width: number, sent: number) => boolean): Promise<void> {
  const video = finch.page.getByLabel('Camera of wren', { exact: true });
  for (const end = performance.now() + 120_000; ; await wait(250)) {
    const width = await video.evaluate((element) => (element as HTMLVideoElement).videoWidth);
    const [sent] = await wren.page.evaluate(sentPictures);
    if (sent && width > 0 && isIt(width, sent.width)) return;
    assert.ok(performance.now() < end, `${width} px are seen of ${JSON.stringify(sent)}`);
  }
}

/** Until wren sends pictures in no other format than this. */
async function untilSent(format: RegExp): Promise<void> {
  for (const end = performance.now() + 120_000; ; await wait(250)) {
    const sent = await wren.page.evaluate(sentPictures);
    if (sent.length > 0 && sent.every((one) => format.test(one.format))) return;
    assert.ok(performance.now() < end, JSON.stringify(sent));
  }
}

before(async () => {
  if (skip) return;
  homeserver = await startHomeserver({ environment: voiceEnvironment });
  browser = await openTalkingBrowser(660);
  [wren, finch, robin] = await Promise.all([talkingVisitor(browser), talkingVisitor(browser), talkingVisitor(browser)]);
  await wren.page.addInitScript(keepConnections);
  await wren.page.addInitScript(hasSlowCamera);
  await robin.page.addInitScript(showsNothingBut, 'video/VP8');
  await wren.page.goto(`${homeserver.url}/register`);
  await wren.registers('wren');
  await wren.founds(space);
  const invite = await wren.invitesTo(space);
  for (const [who, name] of [
    [finch, 'finch'],
    [robin, 'robin'],
  ] as const) {
    await who.page.goto(invite);
    await who.registers(name);
    await who.opensChannel('general');
  }
  const club = wren.page.url();
  await wren.page.goto(`${homeserver.url}/settings/voice`);
  await wren.page.getByLabel('Camera picture', { exact: true }).selectOption('efficient');
  await wren.shows('voice-camera-picture');
  await wren.page.goto(club);
});

after(async () => {
  await browser?.close();
  await homeserver?.close();
});

test('where everybody can show it a camera is one encoding with layers inside', { skip }, async () => {
  for (const who of [wren, finch]) {
    await who.voiceChannel(lounge).click();
    await who.comesIn();
  }
  await cameraOf(wren).getByRole('button', { name: 'Turn the camera on' }).click();
  await finch.seesMoving('Camera of wren');
  await untilSent(/^video\/VP9 L3T3_KEY$/);
  assert.equal((await wren.page.evaluate(sentPictures)).length, 1);
});

test('a receiver takes as much of it as it shows', { skip }, async () => {
  await finch.presses('One large, the others small');
  await finch.presses('Pin wren');
  await untilSeen((width, sent) => width === sent);
  await finch.presses('Unpin wren');
  await finch.presses('All the same size');
  await finch.resizes(360, 640);
  await untilSeen((width, sent) => width < sent);
  await finch.resizes(1280, 800);
});

test('when somebody comes who cannot show it, all get what works everywhere', { skip }, async () => {
  await robin.voiceChannel(lounge).click();
  await robin.comesIn();
  await Promise.all([robin, finch].map((who) => who.seesMoving('Camera of wren')));
  await untilSent(/^video\/VP8 /);
  await wren.page.getByRole('main').locator('video').waitFor();
  for (const who of [wren, finch, robin]) who.isContent();
});
