import type { types } from 'mediasoup';

/** Which pictures somebody is sent: all that congestion control finds room for, the least layer of each, or none. */
export type PictureStage = 'all' | 'least' | 'none';

const LOOK_MS = 80;
const WINDOW_MS = 1_000;
/** So much of a picture that was sent in a moment is missed, of not less than so many packets. */
const [MISSED_SHARE, LEAST] = [0.6, 12];
/** And so much of everything that was sent in the last two seconds, the newest of which count most. */
const LOSS = 0.15;
const REST_MS = 2_000;
const LONGEST_REST_MS = 60_000;
const TRIAL_MS = 4_000;
/** Where pictures do not fit so soon after all came back, they rest for longer the next time. */
const RELAPSE_MS = 10_000;
/** What was lost before a rest is asked for until the first key frame after it. */
const ECHO_MS = 200;

export interface PictureHoldParts {
  /** Share of what is sent to the receiver that does not arrive. */
  loss(): Promise<number>;
  /** There is another stage. */
  changed(): Promise<void>;
}

interface Count {
  at: number;
  sent: number;
  missed: number;
}

/**
 * Takes all pictures from a receiver as soon as many of their packets are missed, so that the sound has the way for itself: until
 * congestion control has found out what fits, and a smaller picture has come, seconds of sound would be lost. [VOX-8]
 */
export class PictureHold {
  readonly #parts: PictureHoldParts;
  #stage: PictureStage = 'all';
  #since = -Infinity;
  #rest = REST_MS;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: PictureHoldParts) {
    this.#parts = parts;
  }

  get stage(): PictureStage {
    return this.#stage;
  }

  /** Looks closely for as long as the receiver asks for packets again. */
  async watch(consumer: types.Consumer): Promise<void> {
    let counts: Count[] = [];
    let asked = false;
    let timer: NodeJS.Timeout | undefined;
    const look = async () => {
      timer = undefined;
      asked = false;
      const now = await countOf(consumer);
      if (now === undefined || this.#isResting(now.at)) counts = [];
      else {
        counts = [...counts.filter(({ at }) => now.at - at < WINDOW_MS), now];
        const isTooMuch = counts.some((before) => areMissed(before, now));
        if (isTooMuch && (await this.#parts.loss()) >= LOSS) this.#fall(now.at);
      }
      if (asked) soon();
    };
    const soon = (delay = LOOK_MS) => {
      // What is asked of a consumer while it is being closed fails.
      timer ??= setTimeout(() => void look().catch(() => undefined), delay).unref();
    };
    consumer.on('trace', () => {
      asked = true;
      soon(counts.length === 0 ? 0 : LOOK_MS);
    });
    consumer.observer.once('close', () => clearTimeout(timer));
    await consumer.enableTraceEvent(['nack']).catch(() => undefined);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #isResting(now: number): boolean {
    return this.#stage === 'none' || (this.#stage === 'least' && now - this.#since < ECHO_MS);
  }

  #fall(now: number): void {
    if (this.#stage === 'none') return;
    const isRelapse = this.#stage === 'least' || now - this.#since < RELAPSE_MS;
    this.#rest = isRelapse ? Math.min(this.#rest * 2, LONGEST_REST_MS) : REST_MS;
    this.#become('none');
  }

  /** The least layers were a trial. */
  async #judge(): Promise<void> {
    const loss = await this.#parts.loss().catch(() => 0);
    if (this.#stage !== 'least') return;
    if (loss < LOSS) this.#become('all');
    else this.#fall(performance.now());
  }

  #become(stage: PictureStage): void {
    clearTimeout(this.#timer);
    this.#stage = stage;
    this.#since = performance.now();
    if (stage === 'none') this.#timer = setTimeout(() => this.#become('least'), this.#rest).unref();
    if (stage === 'least') this.#timer = setTimeout(() => void this.#judge(), TRIAL_MS).unref();
    void this.#parts.changed().catch(() => undefined);
  }
}

/** A packet is often asked for twice, so that the share is about the double of what is lost. */
const areMissed = (before: Count, now: Count): boolean => {
  const [sent, missed] = [now.sent - before.sent, now.missed - before.missed];
  return Math.min(sent, missed) >= LEAST && missed >= MISSED_SHARE * sent;
};

async function countOf(consumer: types.Consumer): Promise<Count | undefined> {
  const stats: readonly (types.ConsumerStat | types.ProducerStat)[] = await consumer.getStats();
  const stat = stats.find(({ type }) => type === 'outbound-rtp');
  return stat && { at: performance.now(), sent: stat.packetCount, missed: stat.nackPacketCount };
}
