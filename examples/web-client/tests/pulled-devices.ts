import type { Page } from 'playwright-core';

// The fake devices of Chromium cannot be pulled out, so this does in the page what a browser does then.

interface Plugs {
  /** Pulls out the devices with such a name: `''` is all. */
  pull(name: string): void;
  plugIn(): void;
  isUsed(name: string): boolean;
}

function letDevicesBePulled(): void {
  let gone: string | undefined;
  const tracks = new Set<MediaStreamTrack>();
  const isGone = (name: string) => gone !== undefined && name.includes(gone);
  const media = navigator.mediaDevices;
  const { clone } = MediaStreamTrack.prototype;
  MediaStreamTrack.prototype.clone = function () {
    const cloned = clone.call(this);
    tracks.add(cloned);
    return cloned;
  };
  const getUserMedia = media.getUserMedia.bind(media);
  media.getUserMedia = async (wanted) => {
    const stream = await getUserMedia(wanted);
    for (const track of stream.getTracks()) tracks.add(track);
    if (!stream.getTracks().some(({ label }) => isGone(label))) return stream;
    for (const track of stream.getTracks()) track.stop();
    throw new DOMException('', 'NotFoundError');
  };
  const enumerateDevices = media.enumerateDevices.bind(media);
  media.enumerateDevices = async () => (await enumerateDevices()).filter(({ label }) => !isGone(label));
  const changed = () => media.dispatchEvent(new Event('devicechange'));
  const plugs: Plugs = {
    pull(name) {
      gone = name;
      for (const track of tracks)
        if (isGone(track.label) && track.readyState === 'live') {
          track.stop();
          track.dispatchEvent(new Event('ended'));
        }
      changed();
    },
    plugIn() {
      gone = undefined;
      changed();
    },
    isUsed: (name) => [...tracks].some(({ label, readyState }) => readyState === 'live' && label.includes(name)),
  };
  Object.assign(globalThis, { plugs });
}

export function allowPulling(page: Page): Promise<unknown> {
  return page.addInitScript(letDevicesBePulled);
}

export function pullsOut(page: Page, name = ''): Promise<void> {
  return page.evaluate((given) => (globalThis as never as { plugs: Plugs }).plugs.pull(given), name);
}

/** Until a device with such a name is open. */
export async function uses(page: Page, name: string): Promise<void> {
  await page.waitForFunction((given) => (globalThis as never as { plugs: Plugs }).plugs.isUsed(given), name, {
    polling: 100,
  });
}

export function plugsIn(page: Page): Promise<void> {
  return page.evaluate(() => (globalThis as never as { plugs: Plugs }).plugs.plugIn());
}
