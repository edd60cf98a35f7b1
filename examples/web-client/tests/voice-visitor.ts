import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Locator } from 'playwright-core';
import { executable, flags, keepTold, password, patienceMs, Visitor } from './visitor.ts';
import { keepSockets, type VoiceWire } from './voice-wire.ts';

const rate = 48_000;

/** A browser whose microphone hears a tone, and whose camera shows something that moves; or that blocks both. */
export async function openTalkingBrowser(
  hertz: number,
  { blocks = false, isTrusting = false, devices = 1 } = {},
): Promise<Browser> {
  const folder = await mkdtemp(join(tmpdir(), 'folkmoot-tone-'));
  const file = join(folder, `${hertz}.wav`);
  await writeFile(file, tone(hertz));
  const browser = await chromium.launch({
    executablePath: executable ?? '',
    timeout: patienceMs,
    args: [
      ...flags,
      blocks ? '--deny-permission-prompts' : '--use-fake-ui-for-media-stream',
      `--use-fake-device-for-media-stream=device-count=${devices}`,
      `--use-file-for-fake-audio-capture=${file}`,
      '--auto-select-desktop-capture-source=Entire screen',
      '--allow-loopback-in-peer-connection',
      ...(isTrusting ? ['--ignore-certificate-errors'] : []),
    ],
  });
  browser.once('disconnected', () => rmSync(folder, { recursive: true, force: true }));
  return browser;
}

/** One second of a tone as a WAV file; whole waves, so that it can be repeated without a click. */
function tone(hertz: number): Buffer {
  const samples = Buffer.alloc(rate * 2);
  for (let at = 0; at < rate; at++)
    samples.writeInt16LE(Math.round(12_000 * Math.sin((2 * Math.PI * hertz * at) / rate)), at * 2);
  const head = Buffer.alloc(44);
  head.write('RIFF');
  head.writeUInt32LE(36 + samples.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}

/** Somebody who talks. */
export class TalkingVisitor extends Visitor {
  get panel(): Locator {
    return this.page.getByRole('region', { name: 'Voice' });
  }

  voiceChannel(name: string): Locator {
    return this.page
      .getByRole('navigation', { name: /^Channels of/ })
      .getByRole('link', { name: `Voice channel ${name}` });
  }

  /** Somebody in the list below a voice channel. */
  inside(channel: string, name: string | RegExp): Locator {
    return this.page.getByRole('list', { name: `In ${channel}` }).getByRole('button', { name });
  }

  /** Logs in to an account that is there. */
  async logsIn(url: string, handle: string): Promise<void> {
    await this.page.goto(`${url}/login`);
    await this.page.getByLabel('Handle or e-mail').fill(handle);
    await this.page.getByLabel('Password').fill(password);
    await this.presses('Log in');
    await this.page.getByLabel('Password').waitFor({ state: 'detached' });
  }

  /** The browser is made to leave the tone as it is: it would take it for noise. */
  async hearsEverything(url: string): Promise<void> {
    const before = this.page.url();
    await this.page.goto(`${url}/settings/voice`);
    for (const name of ['Noise suppression', 'Echo cancellation', 'Automatic gain'])
      await this.page.getByRole('switch', { name }).uncheck();
    await this.page.goto(before);
  }

  /** The network takes the connection away, and that it is being made anew is read, be it for a moment. */
  async losesConnection(): Promise<void> {
    const watch = await this.page.evaluateHandle(() => {
      const seen = { reconnecting: false };
      new MutationObserver((_, observer) => {
        if (!document.querySelector('.voice-panel')?.textContent?.includes('Reconnecting…')) return;
        seen.reconnecting = true;
        observer.disconnect();
      }).observe(document, { childList: true, characterData: true, subtree: true });
      (globalThis as never as VoiceWire).sockets.at(-1)?.close(4500);
      return seen;
    });
    await this.page.waitForFunction(({ reconnecting }) => reconnecting, watch, { polling: 100 });
  }

  /** The next request of this method names something that is gone, as where it went in the same moment. */
  async isRefusedOnce(method: string, ids: string): Promise<void> {
    await this.page.evaluate(
      ([name, list]) => {
        const { nextRequest } = globalThis as never as VoiceWire;
        nextRequest(name, (frame, send) => send({ ...frame, d: { ...frame.d, [list]: ['gone'] } }));
      },
      [method, ids] as const,
    );
  }

  /** The next request of this method waits on its way. */
  async holdsBack(method: string): Promise<{ release(): Promise<void> }> {
    const held = await this.page.evaluateHandle((name) => {
      const waiting: (() => void)[] = [];
      const { nextRequest } = globalThis as never as VoiceWire;
      nextRequest(name, (frame, send) => waiting.push(() => send(frame)));
      return waiting;
    }, method);
    return { release: () => held.evaluate((waiting) => waiting.splice(0).forEach((send) => send())) };
  }

  async opensSettings(): Promise<void> {
    await this.panel.getByRole('button', { name: 'Voice settings' }).click();
    await this.page.getByRole('heading', { name: 'Voice', level: 1 }).waitFor();
  }

  /** For how many a voice channel is. */
  async setsSize(channel: string, people: string): Promise<void> {
    await this.voiceChannel(channel).hover();
    await this.page.getByRole('button', { name: `Settings of ${channel}` }).click();
    await this.page.getByLabel('Size').selectOption(people);
    await this.shows('voice-channel-settings');
    await this.presses('Save');
    await this.isTold('Channel saved.');
    await this.page.getByRole('button', { name: /^Close settings/ }).click();
  }

  async comesIn(): Promise<void> {
    await this.panel.getByRole('button', { name: /connection|Connected/i }).waitFor();
  }

  /** Goes in where one is not in voice yet. */
  async isInside(channel: string): Promise<void> {
    if (await this.panel.isVisible()) return;
    await this.voiceChannel(channel).click();
    await this.comesIn();
  }

  /** Until this tone, give or take 15 Hz, comes out of the loudspeaker, where wanted of one user; 0 is silence, which lasts. */
  async hearsTone(hertz: number, user?: string): Promise<void> {
    const count = await this.page.evaluateHandle(() => ({ silent: 0 }));
    await this.page.waitForFunction(
      ([wanted, speaker, looks]) => {
        const kept = globalThis as never as { ears?: Map<MediaStream, AnalyserNode>; ear?: AudioContext };
        const audio = (kept.ear ??= new AudioContext());
        const ears = (kept.ears ??= new Map());
        void audio.resume();
        let heard = 0;
        for (const element of document.querySelectorAll<HTMLAudioElement>(speaker)) {
          const stream = element.srcObject as MediaStream | null;
          if (!stream || element.muted || element.volume === 0) continue;
          let analyser = ears.get(stream);
          if (!analyser) {
            analyser = audio.createAnalyser();
            analyser.fftSize = 4_096;
            analyser.smoothingTimeConstant = 0;
            audio.createMediaStreamSource(stream).connect(analyser);
            ears.set(stream, analyser);
          }
          const bins = new Float32Array(analyser.frequencyBinCount);
          analyser.getFloatFrequencyData(bins);
          let loudest = 1;
          for (let bin = 1; bin < bins.length; bin++) if (bins[bin]! > bins[loudest]!) loudest = bin;
          if (bins[loudest]! > -60) heard = Math.max(heard, (loudest * audio.sampleRate) / analyser.fftSize);
        }
        looks.silent = heard <= 15 && audio.state === 'running' ? looks.silent + 1 : 0;
        return wanted === 0 ? looks.silent >= 10 : Math.abs(heard - wanted) <= 15;
      },
      [hertz, `audio[data-voice${user === undefined ? '' : `="${user}"`}]`, count] as const,
      { polling: 50 },
    );
  }

  /** Until a picture of this name has come. */
  async seesPicture(name: string): Promise<void> {
    await this.page.waitForFunction(
      (label) => document.querySelector<HTMLVideoElement>(`video[aria-label="${label}"]`)?.videoWidth ?? 0,
      name,
      { polling: 100 },
    );
  }

  /** Until a picture of this name comes as wide as that: a browser on a busy machine sends it smaller than its camera makes it. */
  async seesWidth(name: string, { least = 1, most = 4_000 }: { least?: number; most?: number }): Promise<void> {
    await this.page.waitForFunction(
      ([label, from, to]) => {
        const width = document.querySelector<HTMLVideoElement>(`video[aria-label="${label}"]`)?.videoWidth ?? 0;
        return from <= width && width <= to;
      },
      [name, least, most] as const,
      { polling: 100 },
    );
  }

  /** Until a picture of this name is there and moves. */
  async seesMoving(name: string): Promise<void> {
    await this.page.waitForFunction(
      (label) => {
        const video = document.querySelector<HTMLVideoElement>(`video[aria-label="${label}"]`);
        if (!video?.videoWidth) return false;
        const canvas = new OffscreenCanvas(64, 36);
        const context = canvas.getContext('2d', { willReadFrequently: true })!;
        context.drawImage(video, 0, 0, 64, 36);
        const now = context.getImageData(0, 0, 64, 36).data;
        const kept = globalThis as never as { seen?: Map<string, Uint8ClampedArray> };
        kept.seen ??= new Map();
        const before = kept.seen.get(label);
        kept.seen.set(label, now);
        return before?.some((value, at) => Math.abs(value - now[at]!) > 40) ?? false;
      },
      name,
      { polling: 150 },
    );
  }
}

export async function talkingVisitor(browser: Browser, options: BrowserContextOptions = {}): Promise<TalkingVisitor> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  if (options.permissions === undefined) await context.grantPermissions(['microphone', 'camera']);
  await context.addInitScript(keepTold);
  await context.addInitScript(keepSockets);
  return new TalkingVisitor(await context.newPage());
}
