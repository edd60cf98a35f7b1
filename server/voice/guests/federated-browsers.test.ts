import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { kickMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import type { Browser } from 'playwright-core';
import { type Across, across } from '../../testing/across.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { lacksForMedia, openVoiceBrowser, Talker, voiceEnvironment } from '../../testing/voice-browser.ts';
import { Caller, newVoiceChannel, type VoicePlace } from '../../testing/voice-people.ts';

const skip = lacksForMedia({ browser: true });

let network: TestNetwork;
let scene: Across;
let browser: Browser;
let place: VoicePlace;

before(async () => {
  if (skip) return;
  network = await TestNetwork.open();
  [scene, browser] = [await across(network, voiceEnvironment), await openVoiceBrowser({ isTrusting: true })];
  place = await newVoiceChannel(scene.alice, scene.space);
  using bob = await Caller.of(scene.bob);
  await bob.until(() => bob.state?.spaces.some(({ channels }) => channels.some(({ id }) => id === place.channel)));
});

after(async () => {
  await browser?.close();
  await network?.[Symbol.asyncDispose]();
});

test('two people of two homeservers hear each other, are moderated alike, and who is kicked is heard no more', {
  skip,
}, async () => {
  const a = await Talker.open(browser, scene.hub.url, scene.alice);
  const b = await Talker.open(browser, scene.home.url, scene.bob);
  await a.calls('join', place);
  await b.calls('join', place);
  await Promise.all([a.calls('says', 440), b.calls('says', 880)]);
  await Promise.all([a.hears(b, 880), b.hears(a, 440)]);
  const user = scene.bob.account.id;
  await a.asks('moderate', { space: place.space, user, muted: true });
  await a.hears(b, 0);
  await a.asks('moderate', { space: place.space, user, muted: false, deafened: true });
  await Promise.all([a.hears(b, 880), b.hears(a, 0)]);
  await a.asks('moderate', { space: place.space, user, deafened: false });
  await b.hears(a, 440);
  await scene.alice.client.call(kickMember, { params: { space: place.space, user }, body: {} });
  assert.deepEqual(await b.isTold('left'), { ...place, reason: 'no_access' });
  await a.hears(b, 0);
});
