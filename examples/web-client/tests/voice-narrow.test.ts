import { after, before, test } from 'node:test';
import { far, narrow, startDistantHomeserver } from '../../../server/testing/distant-homeserver.ts';
import { lacksForMedia } from '../../../server/testing/voice-browser.ts';
import { lounge, tones, VoiceScene } from './voice-scene.ts';
import type { TalkingVisitor } from './voice-visitor.ts';

const skip = lacksForMedia({ browser: true });

let distant: Awaited<ReturnType<typeof startDistantHomeserver>>;
let scene: VoiceScene;
let wren: TalkingVisitor;
let finch: TalkingVisitor;

before(async () => {
  if (skip) return;
  distant = await startDistantHomeserver();
  scene = await VoiceScene.open(distant.homeserver.url, 'Far Away');
  ({ wren, finch } = scene);
  await scene.bothAreInside();
  await finch.panel.getByRole('button', { name: /^Mute/ }).click();
  await finch.hearsTone(tones.wren);
  await finch.voiceChannel(lounge).click();
  await wren.page.getByRole('button', { name: 'Turn the camera on' }).first().click();
  await finch.seesMoving('Camera of wren');
});

after(async () => {
  await scene?.[Symbol.asyncDispose]();
  await distant?.homeserver.close();
  await distant?.network[Symbol.asyncDispose]();
});

const paused = () => finch.page.getByText('Paused', { exact: true });
const told = () => wren.page.getByText('Your connection cannot take this picture');

/** Where the machine is so slow that all packets fit, it is tried again with more of them. */
async function getsNarrow(tries = 5): Promise<void> {
  distant.network.become({ up: far, down: far });
  await finch.seesWidth('Camera of wren', { least: 480 });
  distant.network.become({ up: narrow, down: far });
  try {
    await Promise.all([paused(), told()].map((sign) => sign.waitFor({ timeout: 15_000 })));
  } catch (error) {
    if (tries === 1) throw error;
    await getsNarrow(tries - 1);
  }
}

test('where the way of a speaker gets narrow suddenly the camera rests, both read it, and the speaker is heard', {
  skip,
}, async () => {
  await getsNarrow();
  await finch.hearsTone(tones.wren);
});

test('after the rest the camera comes back', { skip }, async () => {
  distant.network.become({ up: far, down: far });
  await Promise.all([paused(), told()].map((sign) => sign.waitFor({ state: 'detached', timeout: 90_000 })));
  await finch.seesMoving('Camera of wren');
});
