import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Locator } from 'playwright-core';
import { startHomeserver, type TestHomeserver } from '../../../server/testing/start-homeserver.ts';
import { lacksForMedia, voiceEnvironment } from '../../../server/testing/voice-browser.ts';
import { lounge, tones, VoiceScene } from './voice-scene.ts';
import { type TalkingVisitor, talkingVisitor } from './voice-visitor.ts';

const skip = lacksForMedia({ browser: true });

let homeserver: TestHomeserver;
let scene: VoiceScene;
let wren: TalkingVisitor;
let finch: TalkingVisitor;
/** Listens. */
let robin: TalkingVisitor;

/** wren may speak with priority; wren and finch say their tones all the time. */
before(async () => {
  if (skip) return;
  homeserver = await startHomeserver({ environment: voiceEnvironment });
  scene = await VoiceScene.open(homeserver.url, 'Hollow Oak');
  ({ wren, finch } = scene);
  robin = await talkingVisitor(wren.page.context().browser()!);
  await robin.page.goto(await wren.invitesTo('Hollow Oak'));
  await robin.registers('robin');
  await robin.opensChannel('general');
  for (const who of [wren, finch, robin]) await who.isInside(lounge);
  await robin.page.keyboard.press('Control+Shift+M');
  for (const [who, hertz] of [
    ['wren', tones.wren],
    ['finch', tones.finch],
  ] as const)
    await robin.hearsTone(hertz, await idOf(who));
});

after(async () => {
  await scene?.[Symbol.asyncDispose]();
  await homeserver?.close();
});

const idOf = async (name: string) => (await robin.inside(lounge, name).getAttribute('data-voice-person')) ?? '';

const priorityOf = (who: TalkingVisitor): Locator =>
  who.panel.getByRole('button', { name: /^Speak (with priority|like all others)/ });

/** Until the microphone of finch is this loud at somebody; 1 is as it comes. */
const hearsFinch = (who: TalkingVisitor, loudness: number) => hears(who, 'finch', loudness);

async function hears(who: TalkingVisitor, name: string, loudness: number): Promise<void> {
  await who.page.waitForFunction(
    ([user, wanted]) => {
      const element = document.querySelector<HTMLAudioElement>(`audio[data-voice="${user}"][data-source="mic"]`);
      return element && !element.muted && Math.abs(element.volume - wanted) < 0.01;
    },
    [await idOf(name), loudness] as const,
    { polling: 50 },
  );
}

test('who may speaks with priority, all see that, and others are turned down meanwhile', { skip }, async () => {
  assert.equal(await priorityOf(finch).count(), 0);
  await hearsFinch(robin, 1);
  await priorityOf(wren).click();
  await robin.inside(lounge, 'wren, speaks with priority').waitFor();
  await hearsFinch(robin, 0.25);
  await robin.hearsTone(tones.finch, await idOf('finch'));
  await hears(robin, 'wren', 1);
  await robin.shows('voice-priority');
  await wren.shows('voice-priority-own');
});

test('who speaks with priority hears the others as before', { skip }, async () => {
  await hearsFinch(wren, 1);
});

test('others come back when that person is silent, and are turned down again', { skip }, async () => {
  await wren.page.keyboard.press('Control+Shift+M');
  await hearsFinch(robin, 1);
  await wren.page.keyboard.press('Control+Shift+M');
  await hearsFinch(robin, 0.25);
});

test('the own volume of a person counts, as does deafening', { skip }, async () => {
  await robin.inside(lounge, 'finch').click();
  const card = robin.page.getByRole('dialog', { name: 'finch in voice' });
  const slider = card.getByRole('slider', { name: 'Volume of finch' });
  await slider.fill('40');
  await hearsFinch(robin, 0.1);
  await slider.fill('100');
  await robin.page.keyboard.press('Escape');
  await robin.page.keyboard.press('Control+Shift+D');
  await robin.hearsTone(0);
  await robin.page.keyboard.press('Control+Shift+D');
  await hearsFinch(robin, 0.25);
});

test('somebody whom one does not hear turns nobody down', { skip }, async () => {
  await robin.inside(lounge, 'wren').click();
  const muted = robin.page.getByRole('dialog', { name: 'wren in voice' }).getByRole('switch', { name: 'Mute for me' });
  await muted.check();
  await hearsFinch(robin, 1);
  await muted.uncheck();
  await hearsFinch(robin, 0.25);
  await robin.page.keyboard.press('Escape');
});

test('others come back when that person speaks like all others, or goes', { skip }, async () => {
  await priorityOf(wren).click();
  await robin.inside(lounge, /^wren(?!, speaks)/).waitFor();
  await hearsFinch(robin, 1);
  await priorityOf(wren).click();
  await hearsFinch(robin, 0.25);
  await wren.page.keyboard.press('Control+Shift+H');
  await hearsFinch(robin, 1);
});

test('the pages complained about nothing', { skip }, () => {
  for (const who of [wren, finch, robin]) who.isContent();
});
