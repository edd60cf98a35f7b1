import type { types } from 'mediasoup-client';
import { statsOf, wayOf } from './stats.ts';

/** What is known of the way to the homeserver at a moment. */
export interface Look {
  at: number;
  /** Bits a second that the browser's congestion control believes to fit. */
  fits: number;
  /** How often lost packets of pictures were asked for. */
  asked: number;
}

const lookMs = 100;
const windowMs = 1_500;
const restMs = 3_000;
const longestRestMs = 60_000;
/** Where it gets narrow again so soon, pictures rest for longer. */
const relapseMs = 15_000;
const askedOften = 2;

/** Less than half is left of what did fit a moment ago, and packets are missed: late ones alone lower the belief, too. */
export function isSuddenlyNarrow(looks: readonly Look[]): boolean {
  const now = looks.at(-1);
  return now !== undefined && looks.some(({ fits, asked }) => now.fits < fits / 2 && now.asked - asked >= askedOften);
}

/**
 * Says when own pictures are to rest, because the way to the homeserver got narrow suddenly: their packets, and those that are asked for
 * again, would take the place of the sound for some seconds. Nothing rests where the browser does not say what fits.
 */
export class PictureRest {
  readonly #transport: types.Transport;
  readonly #changed: () => void;
  #looks: Look[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isResting = false;
  #rest = restMs;
  #ended = -Infinity;

  constructor(transport: types.Transport, changed: () => void) {
    this.#transport = transport;
    this.#changed = changed;
  }

  get isResting(): boolean {
    return this.#isResting;
  }

  /** To be called when pictures are sent, and when none are. */
  watch(isSending: boolean): void {
    if (isSending) this.#timer ??= setTimeout(() => void this.#look(), lookMs);
    else this.close();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#looks = [];
    this.#isResting = false;
  }

  async #look(): Promise<void> {
    const mine = this.#timer;
    const look = lookAt(await this.#transport.getStats().catch(() => undefined));
    if (this.#timer !== mine) return;
    if (look) this.#looks = [...this.#looks.filter(({ at }) => look.at - at < windowMs), look];
    if (isSuddenlyNarrow(this.#looks)) return this.#begin();
    this.#timer = setTimeout(() => void this.#look(), lookMs);
  }

  #begin(): void {
    const isRelapse = performance.now() - this.#ended < relapseMs;
    this.#rest = isRelapse ? Math.min(this.#rest * 2, longestRestMs) : restMs;
    this.#looks = [];
    this.#isResting = true;
    this.#timer = setTimeout(() => this.#end(), this.#rest);
    this.#changed();
  }

  #end(): void {
    this.#isResting = false;
    this.#ended = performance.now();
    this.#timer = setTimeout(() => void this.#look(), lookMs);
    this.#changed();
  }
}

function lookAt(report: RTCStatsReport | undefined): Look | undefined {
  if (!report) return undefined;
  const all = statsOf(report);
  const fits = wayOf(all)?.['availableOutgoingBitrate'];
  if (typeof fits !== 'number') return undefined;
  const pictures = all.filter(({ type, kind }) => type === 'outbound-rtp' && kind === 'video');
  const asked = pictures.reduce((sum, one) => sum + Number(one['nackCount'] ?? 0), 0);
  return { at: performance.now(), fits, asked };
}
