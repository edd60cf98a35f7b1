import { after, before, test } from 'node:test';
import { DistantCall } from '../testing/distant-call.ts';
import { far, narrow } from '../testing/distant-homeserver.ts';
import { lacksForMedia, type Talker } from '../testing/voice-browser.ts';

const skip = lacksForMedia({ browser: true });
/** Two seconds of sound. */
const LONG_ENOUGH = 100;

let call: DistantCall;
let speaker: Talker;
let listener: Talker;

before(async () => {
  if (skip) return;
  call = await DistantCall.open();
  ({ speaker, listener } = call);
  await speaker.calls('says', 440);
  await listener.hears(speaker, 440);
  await speaker.calls('showsInOneSize');
  await listener.sees(480);
});

after(() => call?.[Symbol.asyncDispose]());

/** Until the homeserver has said last that it sends the picture, or that it does not. */
async function isToldOfPicture(wanted: 'sent' | 'held'): Promise<void> {
  await listener.page.waitForFunction(
    (held) => {
      type Notice = { t: string; d: { spatial: number | null } };
      const { notices } = (globalThis as never as { voice: { notices: Notice[] } }).voice;
      const last = notices.findLast(({ t }) => t === 'layers');
      return last !== undefined && (last.d.spatial === null) === held;
    },
    wanted === 'held',
    { polling: 100, timeout: 250_000 },
  );
}

interface Packets {
  came: number;
  lost: number;
}

/** Until hardly anything of the sound is lost for a while. */
async function isClear(): Promise<void> {
  for (let before = await listener.calls<Packets>('soundPackets'); ; ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const now = await listener.calls<Packets>('soundPackets');
    const [came, lost] = [now.came - before.came, now.lost - before.lost];
    if (came + lost < LONG_ENOUGH) continue;
    if (lost / (came + lost) < 0.1) return;
    before = now;
  }
}

test('[VOX-8] where it gets narrow suddenly a picture without smaller sizes makes way for the sound', {
  skip,
}, async () => {
  call.network.become({ up: far, down: narrow });
  await isToldOfPicture('held');
  await isClear();
});

test('[VOX-8] when it is wide again the picture comes back', { skip }, async () => {
  call.network.become({ up: far, down: far });
  await isToldOfPicture('sent');
  const frames = await listener.calls<number>('frames');
  await listener.seesMore(frames + 20);
});
