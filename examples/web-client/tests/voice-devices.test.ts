import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Locator } from 'playwright-core';
import { startHomeserver, type TestHomeserver } from '../../../server/testing/start-homeserver.ts';
import { lacksForMedia, voiceEnvironment } from '../../../server/testing/voice-browser.ts';
import { showsNothingBut } from './known-formats.ts';
import { allowPulling, plugsIn, pullsOut, uses } from './pulled-devices.ts';
import { openTalkingBrowser, type TalkingVisitor, talkingVisitor } from './voice-visitor.ts';

const skip = lacksForMedia({ browser: true });
const [space, lounge, hertz] = ['Hollow Oak', 'Lounge', 660];

let homeserver: TestHomeserver;
let browser: Browser;
let silent: Browser;
let wren: TalkingVisitor;
let finch: TalkingVisitor;
let robin: TalkingVisitor;

const bar = (who: TalkingVisitor): Locator => who.page.getByRole('main').getByRole('group', { name: 'Voice' });

before(async () => {
  if (skip) return;
  homeserver = await startHomeserver({ environment: voiceEnvironment });
  [browser, silent] = await Promise.all([
    openTalkingBrowser(hertz, { devices: 3 }),
    openTalkingBrowser(hertz, { blocks: true }),
  ]);
  wren = await talkingVisitor(browser, { colorScheme: 'dark' });
  finch = await talkingVisitor(browser, { colorScheme: 'light' });
  robin = await talkingVisitor(silent, { permissions: [], viewport: { width: 360, height: 720 } });
  await allowPulling(finch.page);
  await robin.page.addInitScript(showsNothingBut, 'video/VP9');
  await wren.page.goto(homeserver.url + (await homeserver.homeserver.makeSetUpPath()));
  await wren.registers('wren');
  await wren.founds(space);
  const invite = await wren.invitesTo(space);
  for (const [who, name] of [
    [finch, 'finch'],
    [robin, 'robin'],
  ] as const) {
    await who.page.goto(invite);
    await who.registers(name);
    await who.page.getByRole('heading', { level: 1 }).waitFor();
  }
  for (const who of [wren, finch]) await who.hearsEverything(homeserver.url);
  for (const who of [wren, finch]) {
    await who.voiceChannel(lounge).click();
    await who.comesIn();
  }
  await Promise.all([wren, finch].map((who) => who.hearsTone(hertz)));
});

after(async () => {
  await browser?.close();
  await silent?.close();
  await homeserver?.close();
});

test('two cameras of one person are two pictures', { skip }, async () => {
  await bar(finch).getByRole('button', { name: 'Turn the camera on' }).click();
  await wren.seesMoving('Camera of finch');
  await bar(finch).getByRole('button', { name: 'Devices' }).click();
  const cameras = finch.page.getByRole('dialog', { name: 'Devices' }).getByRole('group', { name: 'Cameras' });
  // The second fake camera shows nothing but depths.
  await cameras.getByRole('button', { name: 'fake_device_2' }).focus();
  await finch.page.keyboard.press('Enter');
  await cameras.getByRole('button', { pressed: true }).nth(1).waitFor();
  await finch.shows('voice-devices-light');
  await finch.page.keyboard.press('Escape');
  await wren.page.getByLabel('Camera 2 of finch', { exact: true }).waitFor();
  await wren.shows('voice-two-cameras');
  await Promise.all(['Camera 1 of finch', 'Camera 2 of finch'].map((name) => wren.seesMoving(name)));
  await wren.shows('voice-two-cameras');
  await finch.resizes(360, 720);
  await bar(finch).getByRole('button', { name: 'Devices' }).click();
  await finch.fits('devices');
  await finch.shows('voice-devices-narrow');
  await cameras.getByRole('button', { pressed: true }).first().click();
  await wren.seesMoving('Camera of finch');
  await finch.page.keyboard.press('Escape');
  await finch.resizes(1280, 800);
});

test('a camera that is pulled out is gone, and the others see that', { skip }, async () => {
  await pullsOut(finch.page, 'fake_device');
  await finch.isTold('The camera was pulled out.');
  await wren.page.locator('video').first().waitFor({ state: 'detached' });
  await bar(finch).getByRole('button', { name: 'Turn the camera on' }).click();
  await finch.isTold('No camera was found.');
  await plugsIn(finch.page);
  await finch.hearsTone(hertz);
});

test('without any microphone it is said, and one that is plugged in is heard at once', { skip }, async () => {
  await pullsOut(finch.page);
  await finch.panel.getByText('No microphone was found.').waitFor();
  await finch.shows('voice-no-microphone-light');
  await wren.inside(lounge, 'finch, muted').waitFor();
  await wren.hearsTone(0);
  await plugsIn(finch.page);
  await wren.inside(lounge, /^finch(?!, muted)/).waitFor();
  await wren.hearsTone(hertz);
  await finch.panel.getByText('No microphone was found.').waitFor({ state: 'detached' });
});

test('the chosen microphone is pulled out: another one goes on', { skip }, async () => {
  await bar(finch).getByRole('button', { name: 'Devices' }).click();
  await finch.page.getByLabel('Microphone', { exact: true }).selectOption({ label: 'Fake Audio Input 2' });
  await finch.page.keyboard.press('Escape');
  await uses(finch.page, 'Fake Audio Input 2');
  await wren.hearsTone(hertz);
  await pullsOut(finch.page, 'Fake Audio Input 2');
  await finch.isTold('The microphone was pulled out.');
  await wren.hearsTone(hertz);
});

test('an admin sees how good calls are, and the processors at work', { skip }, async () => {
  await wren.opensSettings();
  await wren.page.getByRole('link', { name: 'Call quality' }).click();
  const lines = wren.page.getByRole('row');
  await lines.filter({ hasText: /Lounge · Hollow Oak.*Good.*lost2/ }).waitFor();
  await lines
    .filter({ hasText: /\d %\d+\d+ MB/ })
    .first()
    .waitFor();
  await wren.shows('call-quality');
  await wren.resizes(360, 720);
  await wren.fits('call quality');
  await wren.shows('call-quality-narrow');
  await wren.resizes(1280, 800);
  await wren.page.keyboard.press('Escape');
  await finch.opensSettings();
  await finch.page.getByRole('link', { name: 'Account' }).waitFor();
  assert.equal(await finch.page.getByRole('link', { name: 'Call quality' }).count(), 0);
  await finch.page.keyboard.press('Escape');
  await finch.hearsTone(hertz);
});

test('addresses for OBS are made in the menu of the channel, and taken back there', { skip }, async () => {
  await wren.voiceChannel(lounge).click({ button: 'right' });
  await wren.page.getByRole('menuitem', { name: 'Stream with OBS' }).click();
  const dialog = wren.page.getByRole('dialog', { name: `Stream into ${lounge}` });
  await dialog.getByRole('button', { name: 'Stream with OBS' }).click();
  const server = dialog.getByLabel('Server');
  await server.waitFor();
  assert.match(await server.inputValue(), /^http.*\/voice\/whip$/);
  assert.match(await dialog.getByLabel('Bearer token').inputValue(), /^fm_w_/);
  await wren.shows('voice-stream-dialog');
  await dialog.getByText('Sends for wren').waitFor();
  await wren.resizes(360, 720);
  await wren.fits('the dialog for OBS');
  await wren.shows('voice-stream-dialog-narrow');
  await wren.resizes(1280, 800);
  await dialog.getByRole('button', { name: 'Revoke' }).click();
  await dialog.getByText('Sends for wren').waitFor({ state: 'detached' });
  await wren.page.keyboard.press('Escape');
  await wren.hearsTone(hertz);
});

test('keys: camera, screen and leaving', { skip }, async () => {
  await wren.page.keyboard.press('Control+Shift+O');
  await finch.seesMoving('Camera of wren');
  await wren.page.keyboard.press('Control+Shift+O');
  await finch.page.locator('video').first().waitFor({ state: 'detached' });
  await wren.page.keyboard.press('Control+Shift+E');
  await finch.page.getByLabel('Screen of wren', { exact: true }).waitFor();
  await wren.page.keyboard.press('Control+Shift+E');
  await finch.page.locator('video').first().waitFor({ state: 'detached' });
  await wren.page.keyboard.press('Control+Shift+H');
  await wren.panel.waitFor({ state: 'detached' });
  await finch.inside(lounge, 'wren').waitFor({ state: 'detached' });
});

test('one hears oneself in the microphone test, from the loudspeaker that was chosen', { skip }, async () => {
  await wren.page.evaluate(() => {
    const heard = ((globalThis as never as { heardFrom: string[] }).heardFrom = []) as string[];
    const prototype = AudioContext.prototype as AudioContext & { setSinkId(id: string): Promise<void> };
    const { setSinkId } = prototype;
    prototype.setSinkId = function (id) {
      heard.push(id);
      return setSinkId.call(this, id);
    };
  });
  await wren.page.getByRole('button', { name: 'Settings', exact: true }).click();
  await wren.page.getByRole('link', { name: 'Voice', exact: true }).click();
  const speaker = wren.page.getByLabel('Loudspeaker', { exact: true });
  await speaker.selectOption({ index: 2 });
  await wren.presses('Test the loudspeaker');
  await wren.page.waitForFunction(
    (device) => (globalThis as never as { heardFrom: string[] }).heardFrom.splice(0).includes(device),
    await speaker.inputValue(),
  );
  await wren.presses('Test the microphone');
  await wren.page.getByRole('meter', { name: 'Level of the microphone' }).waitFor();
  await wren.page.getByText('You are heard.').waitFor();
  await wren.presses('Record and play back');
  await wren.page.getByRole('button', { name: 'Say something…' }).waitFor();
  await wren.page.getByRole('button', { name: 'This is you' }).waitFor();
  await wren.shows('voice-microphone-test');
  await wren.page.getByRole('button', { name: 'Record and play back' }).waitFor();
  const chosen = await speaker.inputValue();
  assert.notEqual(chosen, '');
  assert.equal(
    await wren.page.evaluate(() => (globalThis as never as { heardFrom: string[] }).heardFrom.at(-1)),
    chosen,
  );
  await wren.presses('Stop the test');
  await wren.page.getByRole('meter').waitFor({ state: 'detached' });
});

test('a browser that blocks everything says so of the camera and in the microphone test', { skip }, async () => {
  await robin.presses('Communities and channels');
  await robin.voiceChannel(lounge).click();
  const main = robin.page.getByRole('main');
  await main.getByText('Your browser blocks the microphone').waitFor();
  await robin.fits('a blocked microphone');
  await robin.shows('voice-blocked-narrow');
  await robin.hearsTone(hertz);
  await bar(finch).getByRole('button', { name: 'Turn the camera on' }).click();
  await main.getByText('Sent in a format that this browser cannot show.').waitFor();
  await robin.shows('voice-foreign-picture-narrow');
  await bar(robin).getByRole('button', { name: 'Turn the camera on' }).click();
  await robin.isTold('Your browser blocks the camera');
  await robin.shows('voice-blocked-camera-narrow');
  await robin.page.goto(`${homeserver.url}/settings/voice`);
  await robin.presses('Test the microphone');
  await robin.page.getByRole('alert').getByText('Your browser blocks the microphone').waitFor();
});

test('the pages complained about nothing', { skip }, () => {
  for (const who of [wren, finch, robin]) who.isContent();
});
