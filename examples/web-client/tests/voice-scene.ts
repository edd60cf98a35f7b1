import type { Browser } from 'playwright-core';
import { openTalkingBrowser, type TalkingVisitor, talkingVisitor } from './voice-visitor.ts';

/** What each of the two says, in hertz. */
export const tones = { wren: 440, finch: 880 };
export const lounge = 'Lounge';

/** wren, who founded a community with a voice channel, and finch, who is a member. Nobody is in voice yet. */
export class VoiceScene implements AsyncDisposable {
  readonly wren: TalkingVisitor;
  readonly finch: TalkingVisitor;
  readonly #browsers: readonly Browser[];

  private constructor(browsers: readonly Browser[], [wren, finch]: TalkingVisitor[]) {
    this.#browsers = browsers;
    this.wren = wren!;
    this.finch = finch!;
  }

  /** `url`: of a new homeserver. */
  static async open(url: string, space: string): Promise<VoiceScene> {
    const browsers = await Promise.all([openTalkingBrowser(tones.wren), openTalkingBrowser(tones.finch)]);
    const visitors = [
      await talkingVisitor(browsers[0]!, { colorScheme: 'dark' }),
      await talkingVisitor(browsers[1]!, { colorScheme: 'light' }),
    ];
    const scene = new VoiceScene(browsers, visitors);
    const { wren, finch } = scene;
    try {
      await wren.page.goto(`${url}/register`);
      await wren.registers('wren');
      await wren.founds(space);
      const invite = await wren.invitesTo(space);
      await finch.page.goto(invite);
      await finch.registers('finch');
      await finch.opensChannel('general');
      for (const who of visitors) await who.hearsEverything(url);
      return scene;
    } catch (error) {
      await scene[Symbol.asyncDispose]();
      throw error;
    }
  }

  async bothAreInside(): Promise<void> {
    for (const who of [this.wren, this.finch]) await who.isInside(lounge);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#browsers.map((browser) => browser.close()));
  }
}
