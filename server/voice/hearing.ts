import type { Speaker } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import { voiceLimits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { LastN } from './last-n.ts';
import { type Heard, SpeakerBoard } from './speaker-board.ts';

/** How often levels are measured, in milliseconds. */
export const HEARING_MS = 200;

export interface HearingParts {
  speakers(speakers: Speaker[], active: string | null): void;
  /** The microphones that a large room is sent have changed. */
  chosen(microphones: ReadonlySet<string>): void;
}

/** Who speaks in a room, and which microphones a large one hears. [VOX-9] */
export class Hearing {
  readonly #parts: HearingParts;
  readonly #board = new SpeakerBoard();
  readonly #lastN = new LastN(voiceLimits.heardInLargeRooms);
  /** At the last look. */
  #chosen: ReadonlySet<string> = new Set();
  #silent: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(parts: HearingParts) {
    this.#parts = parts;
  }

  get speakers(): Speaker[] {
    return this.#board.speakers;
  }

  isChosen(microphone: string): boolean {
    return this.#lastN.chosen.has(microphone);
  }

  add(microphone: string, isFirst: () => boolean): void {
    this.#lastN.add(microphone, isFirst);
    this.#choose();
  }

  remove(producer: string): void {
    const wasHeard = this.#board.forget(producer);
    this.#lastN.remove(producer);
    if (this.#isClosed) return;
    if (wasHeard) this.#parts.speakers(this.#board.speakers, this.#board.active);
    this.#choose();
  }

  measured(heard: readonly Heard[]): void {
    clearTimeout(this.#silent);
    if (this.#isClosed) return;
    const changed = this.#board.take(heard, performance.now());
    if (changed) this.#parts.speakers(this.#board.speakers, this.#board.active);
    // The observer says once that it is silent, and then nothing; the board has to notice that the pause is over.
    if (this.#board.speakers.length > 0) this.#silent = setTimeout(() => this.measured([]), HEARING_MS * 2).unref();
    if (heard.length === 0) return;
    this.#lastN.heard([...heard].sort((a, b) => b.level - a.level).map(({ producer }) => producer));
    this.#choose();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#silent);
  }

  #choose(): void {
    const { chosen } = this.#lastN;
    const before = this.#chosen;
    if (chosen.size === before.size && [...chosen].every((id) => before.has(id))) return;
    this.#chosen = chosen;
    this.#parts.chosen(chosen);
  }
}
