import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { type Across, across } from '../../../server/testing/across.ts';
import { TestNetwork } from '../../../server/testing/federated.ts';
import type { Person } from '../../../server/testing/people.ts';
import { lacksForMedia, voiceEnvironment } from '../../../server/testing/voice-browser.ts';
import { newVoiceChannel } from '../../../server/testing/voice-people.ts';
import { password } from './visitor.ts';
import { openTalkingBrowser, type TalkingVisitor, talkingVisitor } from './voice-visitor.ts';

const skip = lacksForMedia({ browser: true });
const lounge = 'Snug';
const tones = { alice: 440, bob: 880 };

let network: TestNetwork;
let scene: Across;
let browsers: Browser[];
let alice: TalkingVisitor;
let bob: TalkingVisitor;

const nameOf = ({ account }: Person) => account.display_name;

async function at(browser: Browser, url: string, who: Person): Promise<TalkingVisitor> {
  const visitor = await talkingVisitor(browser);
  await visitor.page.goto(`${url}/login`);
  await visitor.page.getByLabel('Handle or e-mail').fill(who.account.handle ?? '');
  await visitor.page.getByLabel('Password').fill(password);
  await visitor.presses('Log in');
  await visitor.page.getByRole('link', { name: scene.space.name, exact: true }).click();
  await visitor.voiceChannel(lounge).waitFor();
  await visitor.hearsEverything(url);
  return visitor;
}

before(async () => {
  if (skip) return;
  network = await TestNetwork.open();
  scene = await across(network, voiceEnvironment);
  await newVoiceChannel(scene.alice, scene.space, lounge);
  browsers = await Promise.all(
    [tones.alice, tones.bob].map((hertz) => openTalkingBrowser(hertz, { isTrusting: true })),
  );
  alice = await at(browsers[0]!, scene.hub.url, scene.alice);
  bob = await at(browsers[1]!, scene.home.url, scene.bob);
});

after(async () => {
  await Promise.all((browsers ?? []).map((browser) => browser.close()));
  await network?.[Symbol.asyncDispose]();
});

test('people of two homeservers see each other inside, and hear and see each other', { skip }, async () => {
  await alice.voiceChannel(lounge).click();
  await alice.comesIn();
  await bob.inside(lounge, nameOf(scene.alice)).waitFor();
  await bob.voiceChannel(lounge).click();
  await bob.comesIn();
  await alice.inside(lounge, nameOf(scene.bob)).waitFor();
  await Promise.all([alice.hearsTone(tones.bob), bob.hearsTone(tones.alice)]);
  const bar = bob.page.getByRole('main').getByRole('group', { name: 'Voice' });
  await bar.getByRole('button', { name: 'Turn the camera on' }).click();
  await alice.seesMoving(`Camera of ${nameOf(scene.bob)}`);
  await bob.shows('voice-federated');
});

test('muting and moderation are as at home', { skip }, async () => {
  await bob.panel.getByRole('button', { name: /^Mute/ }).click();
  await alice.hearsTone(0);
  await bob.panel.getByRole('button', { name: /^Unmute/ }).click();
  await alice.hearsTone(tones.bob);
  await alice.inside(lounge, nameOf(scene.bob)).click();
  await alice.page.getByRole('switch', { name: 'Muted for everybody' }).check();
  await bob.panel.getByRole('button', { name: 'A moderator muted you' }).waitFor();
  await alice.hearsTone(0);
  await alice.page.getByRole('switch', { name: 'Muted for everybody' }).uncheck();
  await alice.hearsTone(tones.bob);
});

test('a connection to the hub that breaks comes back by itself', { skip }, async () => {
  await bob.losesConnection();
  await bob.comesIn();
  await Promise.all([alice.hearsTone(tones.bob), bob.hearsTone(tones.alice)]);
});

test('who leaves is gone for both', { skip }, async () => {
  await bob.panel.getByRole('button', { name: 'Leave voice' }).click();
  await alice.inside(lounge, nameOf(scene.bob)).waitFor({ state: 'detached' });
  await bob.inside(lounge, nameOf(scene.bob)).waitFor({ state: 'detached' });
  for (const who of [alice, bob]) who.isContent();
});
