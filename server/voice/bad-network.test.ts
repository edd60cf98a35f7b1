import { after, before, test } from 'node:test';
import { DistantCall } from '../testing/distant-call.ts';
import { far, narrow } from '../testing/distant-homeserver.ts';
import type { LossyUdpProxy, Network } from '../testing/lossy-udp-proxy.ts';
import { lacksForMedia, type Talker } from '../testing/voice-browser.ts';

const skip = lacksForMedia({ browser: true });
const tones = { speaker: 440, listener: 880 };
const lossy: Network = { ...far, jitterMs: 5, loss: 0.1 };

let call: DistantCall;
let network: LossyUdpProxy;
let speaker: Talker;
let listener: Talker;

before(async () => {
  if (skip) return;
  call = await DistantCall.open();
  ({ network, speaker, listener } = call);
  await Promise.all([speaker.calls('says', tones.speaker), listener.calls('says', tones.listener)]);
});

after(() => call?.[Symbol.asyncDispose]());

/** Until the homeserver says that it sends one of these sizes of the picture; null is none. */
async function isSent(sizes: readonly (number | null)[]): Promise<void> {
  await listener.page.waitForFunction(
    (wanted) => {
      type Notice = { t: string; d: { spatial: number | null } };
      const { notices } = (globalThis as never as { voice: { notices: Notice[] } }).voice;
      const last = notices.findLast(({ t }) => t === 'layers');
      return last !== undefined && wanted.includes(last.d.spatial);
    },
    sizes,
    { polling: 100, timeout: 250_000 },
  );
}

/** Until the tone is heard for most of three seconds. */
async function isHeardWell(): Promise<void> {
  await listener.page.evaluate(
    async ([user, wanted]) => {
      const { voice } = globalThis as never as { voice: { hears(): Record<string, number> } };
      const looks: boolean[] = [];
      while (looks.length < 60 || looks.filter((isHeard) => isHeard).length < 42) {
        looks.push(Math.abs((voice.hears()[user as string] ?? 0) - (wanted as number)) <= 15);
        if (looks.length > 60) looks.shift();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    [speaker.id, tones.speaker] as const,
  );
}

test('where there is room the camera comes in its best size', { skip }, async () => {
  await Promise.all([listener.hears(speaker, tones.speaker), speaker.hears(listener, tones.listener)]);
  await speaker.calls('shows');
  await isSent([2]);
  await listener.sees(480);
});

test('where it gets narrow for the listener the picture gets worse, and not the call', { skip }, async () => {
  network.become({ up: far, down: narrow });
  await isSent([0, null]);
  await isHeardWell();
});

test('when it is wide again the picture gets better again', { skip }, async () => {
  network.become({ up: far, down: far });
  await isSent([1, 2]);
});

test('where it gets narrow for the speaker, the speaker is still heard', { skip }, async () => {
  network.become({ up: narrow, down: far });
  await isSent([0, null]);
  await isHeardWell();
});

test('where every tenth packet is lost on both ways, all hear each other', { skip }, async () => {
  network.become({ up: lossy, down: lossy });
  await Promise.all([listener.hears(speaker, tones.speaker), speaker.hears(listener, tones.listener)]);
  await isHeardWell();
});
