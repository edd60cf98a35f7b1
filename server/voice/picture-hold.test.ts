import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DistantCall } from '../testing/distant-call.ts';
import { far, narrow } from '../testing/distant-homeserver.ts';
import { lacksForMedia, type Talker } from '../testing/voice-browser.ts';

const skip = lacksForMedia({ browser: true });
/** Seven seconds of sound. */
const LONG_ENOUGH = 350;

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
    { polling: 100, timeout: 150_000 },
  );
}

interface Packets {
  came: number;
  lost: number;
}

/** Share of the sound that is lost until so many packets more were sent. */
async function shareLost(before: Packets, many: number): Promise<number> {
  for (;;) {
    const now = await listener.calls<Packets>('soundPackets');
    const [came, lost] = [now.came - before.came, now.lost - before.lost];
    if (came + lost >= many) return lost / (came + lost);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('[VOX-8] where it gets narrow suddenly a picture without smaller sizes makes way for the sound', {
  skip,
}, async () => {
  const before = await listener.calls<Packets>('soundPackets');
  call.network.become({ up: far, down: narrow });
  const [share] = await Promise.all([shareLost(before, LONG_ENOUGH), isToldOfPicture('held')]);
  assert.ok(share < 0.6, `${share} of the sound was lost`);
});

test('[VOX-8] when it is wide again the picture comes back', { skip }, async () => {
  call.network.become({ up: far, down: far });
  await isToldOfPicture('sent');
  const frames = await listener.calls<number>('frames');
  await listener.seesMore(frames + 20);
});
