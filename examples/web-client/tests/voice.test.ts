import assert from 'node:assert/strict';
import { after, afterEach, beforeEach, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Locator } from 'playwright-core';
import { startHomeserver, type TestHomeserver } from '../../../server/testing/start-homeserver.ts';
import { lacksForMedia, voiceEnvironment } from '../../../server/testing/voice-browser.ts';
import { lounge, tones, VoiceScene } from './voice-scene.ts';
import type { TalkingVisitor } from './voice-visitor.ts';

const skip = lacksForMedia({ browser: true });

let homeserver: TestHomeserver | undefined;
let scene: VoiceScene | undefined;
let wren: TalkingVisitor;
let finch: TalkingVisitor;

beforeEach(async () => {
  homeserver ??= await startHomeserver({ environment: voiceEnvironment });
  scene ??= await VoiceScene.open(homeserver.url, 'Hollow Oak');
  ({ wren, finch } = scene);
});

const close = async () => {
  await scene?.[Symbol.asyncDispose]();
  await homeserver?.close();
  scene = homeserver = undefined;
};

// Whoever comes after a test that failed does not find what it left behind.
afterEach((t) => ((t as { passed?: boolean }).passed ? undefined : close()));
after(close);

/** What one does at the bottom of the page of the channel. */
const bar = (who: TalkingVisitor): Locator => who.page.getByRole('main').getByRole('group', { name: 'Voice' });

/** What wren sees of finch, and does to finch. */
const cardOfFinch = async (): Promise<Locator> => {
  const card = wren.page.getByRole('dialog', { name: 'finch in voice' });
  if (!(await card.isVisible())) await wren.inside(lounge, 'finch').click();
  return card;
};

test('a voice channel shows who is inside before one goes in', { skip }, async () => {
  await wren.voiceChannel(lounge).click();
  await wren.comesIn();
  await wren.inside(lounge, 'wren').waitFor();
  await finch.inside(lounge, 'wren').waitFor();
  await finch.shows('voice-outside');
});

test('one click in, and they hear each other', { skip }, async () => {
  await wren.isInside(lounge);
  await finch.voiceChannel(lounge).click();
  await finch.comesIn();
  await wren.inside(lounge, 'finch').waitFor();
  await Promise.all([wren.hearsTone(tones.finch), finch.hearsTone(tones.wren)]);
  await wren.page.locator('.voice-person.speaks', { hasText: 'finch' }).waitFor();
  await wren.shows('voice-two');
  await finch.shows('voice-two-light');
});

test('muted is silent at the other one, and shows', { skip }, async () => {
  await scene!.bothAreInside();
  await finch.page.keyboard.press('Control+Shift+M');
  await wren.inside(lounge, 'finch, muted').waitFor();
  await wren.hearsTone(0);
  await finch.panel.getByRole('button', { name: /^Unmute/ }).click();
  await wren.hearsTone(tones.finch);
});

test('deafened hears nothing, and is muted too', { skip }, async () => {
  await scene!.bothAreInside();
  await finch.panel.getByRole('button', { name: /^Deafen/ }).click();
  await wren.inside(lounge, 'finch, muted, deafened').waitFor();
  await Promise.all([finch.hearsTone(0), wren.hearsTone(0)]);
  await finch.page.keyboard.press('Control+Shift+D');
  await Promise.all([finch.hearsTone(tones.wren), wren.hearsTone(tones.finch)]);
});

test('one stays in while one reads elsewhere', { skip }, async () => {
  await scene!.bothAreInside();
  await finch.opensChannel('general');
  await finch.says('still listening');
  await finch.hearsTone(tones.wren);
  await finch.shows('voice-reading');
  await finch.panel.getByRole('link', { name: lounge }).click();
  await finch.page.getByRole('heading', { name: lounge, level: 1 }).waitFor();
});

test('a screen is shown large', { skip }, async () => {
  await scene!.bothAreInside();
  await bar(finch).getByRole('button', { name: 'Share the screen' }).click();
  await wren.page.getByLabel('Screen of finch', { exact: true }).waitFor();
  await wren.seesPicture('Screen of finch');
  await wren.page.getByRole('button', { name: 'One large, the others small' }).click();
  await wren.shows('voice-screen');
  await wren.page.getByRole('button', { name: 'All the same size' }).click();
  await bar(finch).getByRole('button', { name: 'Stop sharing the screen' }).click();
  await wren.page.locator('video').first().waitFor({ state: 'detached' });
});

test('held keys open the microphone, where one wants that', { skip }, async () => {
  await scene!.bothAreInside();
  await finch.opensSettings();
  await finch.page.getByLabel('Others hear me').selectOption('key');
  await finch.page.getByRole('button', { name: 'Test the microphone' }).click();
  await finch.page.getByText('You are heard.').waitFor();
  await finch.shows('voice-settings-light');
  await finch.page.getByRole('button', { name: 'Stop the test' }).click();
  await finch.page.getByLabel('Key to hold').click();
  await finch.page.keyboard.press('F8');
  await finch.page.keyboard.press('Escape');
  await wren.hearsTone(0);
  await finch.page.keyboard.down('F8');
  await wren.hearsTone(tones.finch);
  await finch.page.keyboard.up('F8');
  await wren.hearsTone(0);
  await finch.opensSettings();
  await finch.page.getByLabel('Others hear me').selectOption('activity');
  await finch.page.keyboard.press('Escape');
  await wren.hearsTone(tones.finch);
});

test('a camera is a moving picture at the other one', { skip }, async () => {
  await scene!.bothAreInside();
  await bar(finch).getByRole('button', { name: 'Turn the camera on' }).click();
  await Promise.all([wren.seesMoving('Camera of finch'), finch.seesMoving('Camera of finch')]);
  await wren.inside(lounge, 'finch, camera on').waitFor();
  await wren.shows('voice-camera');
  await wren.page.getByRole('button', { name: 'Pin wren' }).press('Enter');
  await wren.seesWidth('Camera of finch', { most: 320 });
  await wren.page.getByRole('button', { name: 'Pin finch' }).press('Enter');
  await wren.seesWidth('Camera of finch', { least: 480 });
  await wren.seesMoving('Camera of finch');
  await wren.shows('voice-spotlight');
  await wren.page.getByRole('button', { name: 'Unpin finch' }).press('Enter');
  await wren.page.getByRole('button', { name: 'Picture in picture' }).press('Enter');
  await wren.page.waitForFunction(() => document.pictureInPictureElement, undefined, { polling: 100 });
  await wren.opensChannel('general');
  assert.ok(await wren.page.evaluate(() => document.pictureInPictureElement?.isConnected));
  await wren.panel.getByRole('link', { name: lounge }).click();
  await bar(finch).getByRole('button', { name: 'Turn the camera off' }).click();
  await wren.page.locator('video').first().waitFor({ state: 'detached' });
});

test('a picture comes also where the homeserver refuses at first to send it', { skip }, async () => {
  await scene!.bothAreInside();
  await wren.isRefusedOnce('resume', 'consumers');
  await bar(finch).getByRole('button', { name: 'Turn the camera on' }).click();
  await wren.seesMoving('Camera of finch');
  await bar(finch).getByRole('button', { name: 'Turn the camera off' }).click();
  await wren.page.locator('video').first().waitFor({ state: 'detached' });
});

test('a camera that is turned off while it is being turned on is off for all', { skip }, async () => {
  await scene!.bothAreInside();
  const hold = await finch.holdsBack('produce');
  await bar(finch).getByRole('button', { name: 'Turn the camera on' }).click();
  await bar(finch).getByRole('button', { name: 'Turn the camera off' }).click();
  // Once more, while the first one is still on its way.
  await bar(finch).getByRole('button', { name: 'Turn the camera on' }).click();
  await bar(finch).getByRole('button', { name: 'Turn the camera off' }).click();
  await bar(finch).getByRole('button', { name: 'Turn the camera on' }).waitFor();
  await hold.release();
  // What is asked after it is done after it.
  await finch.page.keyboard.press('Control+Shift+M');
  await wren.inside(lounge, 'finch, muted').waitFor();
  // Only the microphones.
  while (homeserver!.homeserver.voice.status.producers > 2) await wait(50);
  await finch.panel.getByRole('button', { name: /^Unmute/ }).click();
  await wren.hearsTone(tones.finch);
});

test('somebody can be made quieter, or silent, for oneself', { skip }, async () => {
  await scene!.bothAreInside();
  const card = await cardOfFinch();
  await card.getByRole('slider', { name: 'Volume of finch' }).fill('30');
  await card.getByText('30 %').waitFor();
  await wren.shows('voice-person');
  await card.getByRole('switch', { name: 'Mute for me' }).check();
  await wren.hearsTone(0);
  await card.getByRole('switch', { name: 'Mute for me' }).uncheck();
  await wren.hearsTone(tones.finch);
});

test('a moderator mutes somebody for everybody', { skip }, async () => {
  await scene!.bothAreInside();
  const card = await cardOfFinch();
  const muted = card.getByRole('switch', { name: 'Muted for everybody' });
  await muted.check();
  await wren.hearsTone(0);
  await finch.panel.getByRole('button', { name: 'A moderator muted you' }).waitFor();
  await finch.isTold('You were muted for everybody.');
  await finch.shows('voice-silenced');
  await muted.uncheck();
  await wren.hearsTone(tones.finch);
});

test('a moderator takes somebody out, who can come back', { skip }, async () => {
  await scene!.bothAreInside();
  const card = await cardOfFinch();
  await card.getByRole('button', { name: 'Disconnect' }).click();
  await finch.page.getByRole('alert').getByText('A moderator took you out').waitFor();
  await wren.inside(lounge, 'finch').waitFor({ state: 'detached' });
  await finch.shows('voice-lobby');
  await finch.presses('Go in');
  await finch.comesIn();
  await Promise.all([wren.hearsTone(tones.finch), finch.hearsTone(tones.wren)]);
});

test('a media worker that dies: they hear each other again by themselves', { skip }, async () => {
  await scene!.bothAreInside();
  const busy = homeserver!.homeserver.voice.status.workers.sort((one, other) => other.load - one.load)[0];
  const before = await Promise.all([wren, finch].map((who) => who.page.locator('audio[data-voice]').elementHandle()));
  process.kill(busy!.pid, 'SIGKILL');
  await Promise.all(
    [wren, finch].map((who, at) =>
      who.page.waitForFunction((one) => one?.isConnected === false, before[at], { polling: 50 }),
    ),
  );
  await Promise.all([wren.hearsTone(tones.finch), finch.hearsTone(tones.wren)]);
});

test('everything fits a page of 360 px', { skip }, async () => {
  await scene!.bothAreInside();
  await finch.resizes(360, 720);
  await finch.fits('voice');
  await finch.shows('voice-narrow');
  await finch.presses('Communities and channels');
  await finch.shows('voice-narrow-drawer');
  await finch.opensChannel('general');
  await finch.fits('reading in voice');
  await finch.shows('voice-narrow-reading');
  await finch.presses('Communities and channels');
  await finch.page.locator('.side').getByRole('button', { name: 'Voice settings' }).click();
  await finch.page.getByRole('heading', { name: 'Voice', level: 1 }).waitFor();
  await finch.fits('voice settings');
  await finch.shows('voice-narrow-settings');
  await finch.page.keyboard.press('Escape');
  await finch.resizes(1280, 800);
});

test('kicked is out of voice, and left is left', { skip }, async () => {
  await scene!.bothAreInside();
  await wren.page.getByRole('complementary', { name: 'Members' }).waitFor({ state: 'detached' });
  await wren.opensChannel('general');
  await wren.page
    .getByRole('complementary', { name: 'Members' })
    .getByRole('button', { name: /finch/ })
    .click({ button: 'right' });
  await wren.page.getByRole('menuitem', { name: 'Kick' }).click();
  await wren.page.getByRole('dialog').getByRole('button', { name: 'Kick' }).click();
  await wren.inside(lounge, 'finch').waitFor({ state: 'detached' });
  await finch.panel.waitFor({ state: 'detached' });
  await wren.hearsTone(0);
  await wren.panel.getByRole('button', { name: 'Leave voice' }).click();
  await wren.panel.waitFor({ state: 'detached' });
  await wren.inside(lounge, 'wren').waitFor({ state: 'detached' });
});

test('the pages complained about nothing', { skip }, () => {
  wren.isContent();
  finch.isContent();
});
