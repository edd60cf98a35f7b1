import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { type Across, across } from '../../testing/across.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { type Person, person } from '../../testing/people.ts';
import { lacksForMedia, openVoiceBrowser, Talker, voiceEnvironment } from '../../testing/voice-browser.ts';
import { Caller, newVoiceChannel, type VoicePlace } from '../../testing/voice-people.ts';

const skip = lacksForMedia({ browser: true });
const tones = [330, 500, 740, 1_100, 1_650];

let network: TestNetwork;
let scene: Across;
let place: VoicePlace;
let watcher: Caller;
let people: Person[];
let browsers: Browser[] = [];
/** In the order in which they come; the one in the middle has its account on another homeserver. */
const inside: { talker: Talker; hertz: number }[] = [];

before(async () => {
  if (skip) return;
  network = await TestNetwork.open();
  browsers = await Promise.all(tones.map(() => openVoiceBrowser({ isTrusting: true })));
  scene = await across(network, voiceEnvironment);
  const { hub, alice, bob, space } = scene;
  const others = await Promise.all([1, 2, 3].map(() => person(hub.url)));
  await alice.invites(space, ...others);
  place = await newVoiceChannel(alice, space);
  watcher = await Caller.of(bob);
  await watcher.until(() =>
    watcher.state?.spaces.some(({ channels }) => channels.some(({ id }) => id === place.channel)),
  );
  const [carol, dora, emil] = others as [Person, Person, Person];
  people = [alice, carol, bob, dora, emil];
});

after(async () => {
  watcher?.[Symbol.dispose]();
  await Promise.all(browsers.map((browser) => browser.close()));
  await network?.[Symbol.asyncDispose]();
});

async function comesIn(who: Person, at: number): Promise<void> {
  const hertz = tones[at]!;
  const talker = await Talker.open(browsers[at]!, (who === scene.bob ? scene.home : scene.hub).url, who);
  await talker.calls('join', place);
  await talker.calls('says', hertz);
  inside.push({ talker, hertz });
}

async function allHearAll(): Promise<void> {
  for (const { talker } of inside)
    for (const other of inside) if (other.talker !== talker) await talker.hears(other.talker, other.hertz);
}

test('five browsers come into one call, and whoever comes hears all and is heard by all', { skip }, async () => {
  for (const [at, who] of people.entries()) {
    await comesIn(who, at);
    await allHearAll();
    await watcher.until(() => watcher.inside(place).length === at + 1);
  }
  for (const { talker } of inside) {
    const heard = await talker.calls<Record<string, number>>('hears');
    const others = inside.filter((one) => one.talker !== talker).map((one) => one.talker.id);
    assert.deepEqual(Object.keys(heard).sort(), others.sort());
  }
});

test('one of them goes, and the others still hear each other', { skip }, async () => {
  const { talker: gone } = inside.shift()!;
  await gone.asks('leave', {});
  await watcher.until(() => watcher.inside(place).length === inside.length);
  for (const { talker } of inside)
    await talker.page.waitForFunction(
      (user) => !(user in (globalThis as never as { voice: { hears(): object } }).voice.hears()),
      gone.id,
      { polling: 50 },
    );
  await allHearAll();
});
