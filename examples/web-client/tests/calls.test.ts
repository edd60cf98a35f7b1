import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Locator } from 'playwright-core';
import { startHomeserver, type TestHomeserver } from '../../../server/testing/start-homeserver.ts';
import { lacksForMedia, voiceEnvironment } from '../../../server/testing/voice-browser.ts';
import { openTalkingBrowser, TalkingVisitor, talkingVisitor } from './voice-visitor.ts';

const skip = lacksForMedia({ browser: true });
const tones = { wren: 440, finch: 880 };
/** Nothing here is about how long it rings. */
const untilAnswered = 600_000;

let homeserver: TestHomeserver;
let browsers: Browser[];
let wren: TalkingVisitor;
let finch: TalkingVisitor;

const ringOf = (who: TalkingVisitor, caller: string): Locator =>
  who.page.getByRole('dialog', { name: `${caller} calls` });
const isOver = (who: TalkingVisitor) => who.panel.waitFor({ state: 'detached' });
const header = (who: TalkingVisitor, name: string) => who.page.getByRole('banner').getByRole('button', { name });

before(async () => {
  if (skip) return;
  homeserver = await startHomeserver({ environment: voiceEnvironment });
  homeserver.homeserver.voice.calls.ringMs = untilAnswered;
  browsers = await Promise.all([openTalkingBrowser(tones.wren), openTalkingBrowser(tones.finch)]);
  wren = await talkingVisitor(browsers[0]!, { colorScheme: 'dark' });
  finch = await talkingVisitor(browsers[1]!, { colorScheme: 'light' });
  for (const [who, name] of [
    [wren, 'wren'],
    [finch, 'finch'],
  ] as const) {
    await who.page.goto(`${homeserver.url}/register`);
    await who.registers(name);
    await who.page.getByRole('heading', { name: `Welcome, ${name}` }).waitFor();
    await who.hearsEverything(homeserver.url);
  }
  await wren.page.getByRole('link', { name: 'Friends' }).click();
  await wren.page.getByRole('main').getByRole('button', { name: 'Add a friend' }).click();
  await wren.page.getByLabel('Handle').fill('finch');
  await wren.presses('Send request');
  await finch.page.getByRole('link', { name: 'Friends, 1 friend requests' }).click();
  await finch.page.getByRole('link', { name: 'Pending, 1 to answer' }).click();
  await finch.presses('Accept wren');
  await finch.page.getByRole('link', { name: 'Online', exact: true }).click();
  await finch.presses('Write to wren');
  await finch.says('Shall we talk?');
  await wren.page
    .getByRole('navigation', { name: 'Home' })
    .getByRole('link', { name: /^finch/ })
    .click();
  await wren.sees('Shall we talk?');
});

after(async () => {
  await Promise.all((browsers ?? []).map((browser) => browser.close()));
  await homeserver?.close();
});

test('a call rings, is accepted, and they hear each other', { skip }, async () => {
  await finch.page.getByRole('navigation', { name: 'Home' }).getByRole('link', { name: 'Home' }).click();
  const elsewhere = new TalkingVisitor(await finch.page.context().newPage());
  await elsewhere.page.goto(homeserver.url);
  await elsewhere.page.getByRole('heading', { name: 'Welcome, finch' }).waitFor();
  await header(wren, 'Call').click();
  await Promise.all([finch, elsewhere].map((who) => ringOf(who, 'wren').waitFor()));
  await wren.page.getByText('Calling finch…').waitFor();
  await finch.page.getByRole('link', { name: 'wren, in a call' }).waitFor();
  await finch.shows('call-rings-light');
  await wren.shows('call-calling');
  await ringOf(finch, 'wren').getByRole('button', { name: 'Accept' }).click();
  await Promise.all([finch, elsewhere].map((who) => ringOf(who, 'wren').waitFor({ state: 'detached' })));
  elsewhere.isContent();
  await elsewhere.page.close();
  await Promise.all([wren.comesIn(), finch.comesIn()]);
  await Promise.all([wren.hearsTone(tones.finch), finch.hearsTone(tones.wren)]);
  await wren.page.getByText('Calling finch…').waitFor({ state: 'detached' });
  await wren.shows('call-two');
});

test('who left sees that the other one is still there, and comes back', { skip }, async () => {
  await finch.panel.getByRole('button', { name: 'Leave call' }).click();
  await finch.page.getByText('wren is in a call').waitFor();
  await finch.shows('call-outside-light');
  await finch.page.getByRole('button', { name: 'Join', exact: true }).click();
  await Promise.all([wren.hearsTone(tones.finch), finch.hearsTone(tones.wren)]);
  for (const who of [finch, wren]) await who.panel.getByRole('button', { name: 'Leave call' }).click();
  await finch.page.getByRole('link', { name: 'wren', exact: true }).waitFor();
});

test('who is writing when it rings goes on writing, and declines by the keyboard: the caller is told, and out', {
  skip,
}, async () => {
  await finch.composer.click();
  await finch.page.keyboard.type('I was just ');
  await header(wren, 'Call').click();
  await ringOf(finch, 'wren').waitFor();
  await finch.page.keyboard.type('writing to you');
  assert.equal(await finch.composer.inputValue(), 'I was just writing to you');
  await finch.composer.fill('');
  await finch.page.keyboard.press('Control+Shift+Backspace');
  await wren.isTold('finch declined the call.');
  await ringOf(finch, 'wren').waitFor({ state: 'detached' });
  await isOver(wren);
});

test('above a dialog it rings too, and a key of whoever types there declines nothing', { skip }, async () => {
  await finch.page.keyboard.press('Control+k');
  await finch.page.getByLabel('Where to?').fill('wre');
  await header(wren, 'Call').click();
  await ringOf(finch, 'wren').waitFor();
  await finch.page.keyboard.press('Space');
  await finch.page.keyboard.press('Enter');
  await wren.page.getByText('Calling finch…').waitFor();
  await ringOf(finch, 'wren').getByRole('button', { name: 'Decline' }).click();
  await wren.isTold('finch declined the call.');
  await finch.page.keyboard.press('Escape');
  await isOver(wren);
});

test('missed: it stands among the messages, and one calls back', { skip }, async () => {
  await header(wren, 'Call').click();
  await ringOf(finch, 'wren').waitFor();
  await wren.panel.getByRole('button', { name: 'Leave call' }).click();
  await ringOf(finch, 'wren').waitFor({ state: 'detached' });
  await wren.page.getByText('Call without an answer').waitFor();
  const missed = finch.message('Missed call');
  await missed.waitFor();
  await finch.shows('call-missed-light');
  await missed.getByRole('button', { name: 'Call back' }).click();
  await ringOf(wren, 'finch').waitFor();
  await wren.shows('call-rings');
  await wren.resizes(360, 720);
  await wren.fits('ringing');
  await wren.shows('call-narrow-rings');
  await wren.page.keyboard.press('Control+Shift+Enter');
  await Promise.all([wren.hearsTone(tones.finch), finch.hearsTone(tones.wren)]);
  await wren.fits('a call');
  await wren.shows('call-narrow');
});

test('the pages complained about nothing', { skip }, () => {
  assert.ok(wren && finch);
  wren.isContent();
  finch.isContent();
});
