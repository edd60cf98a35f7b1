import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { startHomeserver, type TestHomeserver } from '../../../server/testing/start-homeserver.ts';
import { lacksForMedia, voiceEnvironment } from '../../../server/testing/voice-browser.ts';
import { openTalkingBrowser, type TalkingVisitor, talkingVisitor } from './voice-visitor.ts';

const skip = lacksForMedia({ browser: true });
const skipTurn = skip || lacksForMedia({ turn: true });
const [space, lounge, hertz] = ['Hollow Oak', 'Lounge', 660];

let homeserver: TestHomeserver;
let browser: Browser;
let silent: Browser;
let wren: TalkingVisitor;
let finch: TalkingVisitor;
let robin: TalkingVisitor;

before(async () => {
  if (skip) return;
  homeserver = await startHomeserver({ environment: voiceEnvironment });
  [browser, silent] = await Promise.all([openTalkingBrowser(hertz), openTalkingBrowser(hertz, { blocks: true })]);
  wren = await talkingVisitor(browser);
  finch = await talkingVisitor(browser, { colorScheme: 'light' });
  robin = await talkingVisitor(silent, { permissions: [] });
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
  for (const who of [wren, finch]) await who.hearsEverything(homeserver.url);
});

after(async () => {
  await browser?.close();
  await silent?.close();
  await homeserver?.close();
});

test('a blocked microphone says what to do, others see that nothing is heard of one, and one listens meanwhile', {
  skip,
}, async () => {
  await wren.voiceChannel(lounge).click();
  await wren.comesIn();
  await robin.voiceChannel(lounge).click();
  await robin.panel.getByText('Your browser blocks the microphone').waitFor();
  await robin.panel.getByText('No microphone: nobody hears you').waitFor();
  await robin.panel.getByRole('button', { name: /^No microphone/, pressed: true }).waitFor();
  for (const who of [wren, robin]) await who.inside(lounge, 'robin, muted').waitFor();
  await robin.shows('voice-blocked');
  await wren.shows('voice-blocked-as-others-see-it');
  await robin.hearsTone(hertz);
  await robin.panel.getByRole('button', { name: 'Deafen' }).click();
  await robin.panel.getByRole('button', { name: 'Hear again' }).click();
  await robin.hearsTone(hertz);
  await robin.panel.getByRole('button', { name: /^No microphone/ }).waitFor();
  await robin.page.context().grantPermissions(['microphone']);
  await robin.panel.getByText('No microphone').waitFor({ state: 'detached' });
  await wren.inside(lounge, /^robin(?!, muted)/).waitFor();
  await robin.page.context().clearPermissions();
  await robin.panel.getByRole('button', { name: 'Leave voice' }).click();
  await wren.inside(lounge, 'robin').waitFor({ state: 'detached' });
});

test('a connection that breaks comes back by itself, and they hear each other', { skip }, async () => {
  await finch.voiceChannel(lounge).click();
  await finch.comesIn();
  await Promise.all([finch.hearsTone(hertz), wren.hearsTone(hertz)]);
  await finch.losesConnection();
  await finch.comesIn();
  await wren.panel.getByRole('button', { name: /^Mute/ }).click();
  await finch.hearsTone(0);
  await wren.panel.getByRole('button', { name: /^Unmute/ }).click();
  await Promise.all([finch.hearsTone(hertz), wren.hearsTone(hertz)]);
});

test('a full channel says so', { skip }, async () => {
  await wren.setsSize(lounge, '2');
  await robin.voiceChannel(lounge).click();
  await robin.page.getByRole('main').getByText('This voice channel is full').waitFor();
  await robin.shows('voice-full');
});

test('a moderator moves somebody', { skip }, async () => {
  await wren.choosesOfSpace(space, 'Create channel');
  await wren.page.getByLabel('Kind').selectOption('voice');
  await wren.page.getByLabel('Name', { exact: true }).fill('Workshop');
  await wren.page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  await wren.inside(lounge, 'finch').click();
  await wren.presses('Move');
  await wren.page.getByRole('menuitem', { name: 'Workshop' }).click();
  await wren.inside('Workshop', 'finch').waitFor();
  await finch.panel.getByRole('link', { name: /^Workshop/ }).waitFor();
  await wren.voiceChannel('Workshop').click();
  await Promise.all([finch.hearsTone(hertz), wren.hearsTone(hertz)]);
});

test('who goes from one channel to a full one is in neither, and all see that', { skip }, async () => {
  await wren.choosesOfSpace(space, 'Create channel');
  await wren.page.getByLabel('Kind').selectOption('voice');
  await wren.page.getByLabel('Name', { exact: true }).fill('Booth');
  await wren.page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  await wren.setsSize('Booth', '2');
  for (const [who, name] of [
    [robin, 'robin'],
    [wren, 'wren'],
  ] as const) {
    await who.voiceChannel('Booth').click();
    await finch.inside('Booth', name).waitFor();
  }
  await finch.voiceChannel('Booth').click();
  await finch.page.getByRole('main').getByText('This voice channel is full').waitFor();
  await wren.inside('Workshop', 'finch').waitFor({ state: 'detached' });
  await robin.panel.getByRole('button', { name: 'Leave voice' }).click();
  for (const who of [finch, wren]) {
    await who.voiceChannel('Workshop').click();
    await who.comesIn();
  }
  await Promise.all([finch.hearsTone(hertz), wren.hearsTone(hertz)]);
});

test('through a relay only, where somebody wants that', { skip: skipTurn }, async () => {
  await finch.opensSettings();
  await finch.page.getByRole('switch', { name: 'Through a relay only' }).check();
  await finch.page.keyboard.press('Escape');
  await finch.panel.getByRole('button', { name: 'Leave voice' }).click();
  await finch.panel.waitFor({ state: 'detached' });
  await finch.voiceChannel('Workshop').click();
  await finch.comesIn();
  await Promise.all([finch.hearsTone(hertz), wren.hearsTone(hertz)]);
  await finch.panel.getByRole('button', { name: /connection|Connected/i }).click();
  await finch.page.getByText('Through a relay, so').waitFor();
  await finch.shows('voice-quality');
});

test('the pages complained about nothing', { skip }, () => {
  for (const who of [wren, finch, robin]) who.isContent();
});

test('who wants a relay where there is none is told', { skip }, async () => {
  await using without = await startHomeserver({ environment: { ...voiceEnvironment, FOLKMOOT_TURN: 'off' } });
  const visitor = await talkingVisitor(browser);
  await visitor.page.goto(`${without.url}/register`);
  await visitor.registers('wren');
  await visitor.founds(space);
  const place = visitor.page.url();
  await visitor.page.goto(`${without.url}/settings/voice`);
  await visitor.page.getByRole('switch', { name: 'Through a relay only' }).check();
  await visitor.page.goto(place);
  await visitor.voiceChannel(lounge).click();
  await visitor.page.getByRole('main').getByText('this homeserver has none').waitFor();
  await visitor.inside(lounge, 'wren').waitFor({ state: 'detached' });
  visitor.isContent();
  await visitor.page.close();
});

test('a homeserver without voice says what its admin can do', { skip }, async () => {
  await using without = await startHomeserver({ environment: { FOLKMOOT_VOICE: 'off' } });
  const visitor = await talkingVisitor(browser);
  await visitor.page.goto(`${without.url}/register`);
  await visitor.registers('wren');
  await visitor.founds(space);
  await visitor.voiceChannel(lounge).click();
  await visitor.page.getByRole('main').getByText('folkmoot doctor voice').waitFor();
  await visitor.shows('voice-off');
  visitor.isContent();
  await visitor.page.close();
});
