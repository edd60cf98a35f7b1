import type { Speaker } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';

export interface Heard {
  /** Producer of the microphone. */
  producer: string;
  user: string;
  /** dBov, 0 is the loudest. */
  level: number;
}

/** How long somebody still counts as speaking after the last sound: between two words nobody stops. */
const HOLD_MS = 600;
/** Somebody else has to be louder than who has the floor for this long. */
const TAKE_OVER_MS = 900;

/** Who speaks in a room, from the levels that its routers measure. */
export class SpeakerBoard {
  readonly #levels = new Map<string, Heard & { at: number }>();
  #active: string | null = null;
  #louder: { user: string; since: number } | undefined;

  /** Takes what was measured. True where somebody began or stopped to speak, or the floor went to somebody else. */
  take(heard: readonly Heard[], now: number): boolean {
    let changed = false;
    for (const one of heard) {
      changed ||= !this.#levels.has(one.producer);
      this.#levels.set(one.producer, { ...one, at: now });
    }
    for (const [producer, { at }] of this.#levels) {
      if (now - at < HOLD_MS) continue;
      this.#levels.delete(producer);
      changed = true;
    }
    return this.#giveFloor(now) || changed;
  }

  /** False where it was not heard. */
  forget(producer: string): boolean {
    return this.#levels.delete(producer);
  }

  /** The loudest first. */
  get speakers(): Speaker[] {
    return [...this.#levels.values()]
      .sort((a, b) => b.level - a.level)
      .map(({ user, level }) => ({ user, level: Math.max(-127, Math.min(0, Math.round(level))) }));
  }

  /** Who has the floor; keeps it in a pause. */
  get active(): string | null {
    return this.#active;
  }

  #giveFloor(now: number): boolean {
    const loudest = this.speakers[0]?.user;
    if (loudest === undefined || loudest === this.#active) {
      this.#louder = undefined;
      return false;
    }
    const isFree = ![...this.#levels.values()].some(({ user }) => user === this.#active);
    if (this.#louder?.user !== loudest) this.#louder = { user: loudest, since: now };
    if (!isFree && now - this.#louder.since < TAKE_OVER_MS) return false;
    this.#active = loudest;
    this.#louder = undefined;
    return true;
  }
}
