import type { Browser } from 'playwright-core';
import { startDistantHomeserver } from './distant-homeserver.ts';
import type { LossyUdpProxy } from './lossy-udp-proxy.ts';
import { person } from './people.ts';
import type { TestHomeserver } from './start-homeserver.ts';
import { openVoiceBrowser, Talker } from './voice-browser.ts';
import { newVoiceChannel } from './voice-people.ts';

/** Two in a voice channel, whose media go over a network that can be made worse. */
export class DistantCall implements AsyncDisposable {
  readonly network: LossyUdpProxy;
  readonly speaker: Talker;
  readonly listener: Talker;
  readonly #homeserver: TestHomeserver;
  readonly #browser: Browser;

  private constructor(
    { homeserver, network }: Awaited<ReturnType<typeof startDistantHomeserver>>,
    browser: Browser,
    [speaker, listener]: readonly [Talker, Talker],
  ) {
    this.#homeserver = homeserver;
    this.network = network;
    this.#browser = browser;
    this.speaker = speaker;
    this.listener = listener;
  }

  static async open(): Promise<DistantCall> {
    const distant = await startDistantHomeserver();
    const { url } = distant.homeserver;
    const browser = await openVoiceBrowser();
    const [owner, guest] = [await person(url), await person(url)];
    const space = await owner.founds('Far away');
    await owner.invites(space, guest);
    const place = await newVoiceChannel(owner, space);
    const speaker = await Talker.open(browser, url, owner, { only: 'udp' });
    const listener = await Talker.open(browser, url, guest, { only: 'udp' });
    for (const who of [speaker, listener]) await who.calls('join', place);
    return new DistantCall(distant, browser, [speaker, listener]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    await this.#homeserver.close();
    await this.network[Symbol.asyncDispose]();
  }
}
