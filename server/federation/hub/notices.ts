import { type Backoff, delayAfter } from '@folkmoot/federation/backoff.ts';
import { NOTICED_SPACES, type Notice } from '@folkmoot/protocol-spec/schemas/federation/notify.ts';

export interface NoticesParts {
  /** Tells the peer; rejects where it cannot be reached. */
  send(notice: Notice): Promise<unknown>;
  /** It is left alone from now on, until it can be told again. */
  gone(): void;
  /** It can be told again. */
  back(): void;
  random(): number;
  timing: NoticeTiming;
}

export interface NoticeTiming {
  /** How long news are collected before the first notice, and between two of them, in ms. */
  gather: number;
  pause: number;
  backoff: Backoff;
}

export const noticeTiming: NoticeTiming = {
  gather: 100,
  pause: 5_000,
  backoff: { first: 30_000, longest: 7 * 86_400_000 },
};
/** A notice says that there is something; whoever comes is told everything. */
const STREAMS = 20;

/** Tells a peer without a live connection that there is news: once for many, and ever more rarely where it does not answer. [LIVE-8] */
export class Notices {
  readonly #parts: NoticesParts;
  #spaces = new Map<string, Map<string, string>>();
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #closed = false;

  constructor(parts: NoticesParts) {
    this.#parts = parts;
  }

  /** It did not answer the last time: it costs nothing until it is tried again or comes by itself. */
  get isGone(): boolean {
    return this.#failures > 0;
  }

  add(space: string, stream: string, cursor: string): void {
    if (this.#closed) return;
    const heads = this.#spaces.get(space) ?? new Map<string, string>();
    if (heads.size < STREAMS || heads.has(stream)) heads.set(stream, cursor);
    if (this.#spaces.size < NOTICED_SPACES) this.#spaces.set(space, heads);
    this.#timer ??= setTimeout(() => void this.#send(), this.#parts.timing.gather).unref();
  }

  /** It has been heard of. */
  reached(): void {
    if (this.#failures === 0) return;
    this.#failures = 0;
    this.#rest();
    this.#parts.back();
  }

  /** It is connected: what it had to be told it sees by itself. */
  drop(): void {
    this.#spaces = new Map();
    this.#rest();
  }

  close(): void {
    this.#closed = true;
    this.#rest();
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #send(): Promise<void> {
    const spaces = this.#spaces;
    this.#spaces = new Map();
    try {
      await this.#parts.send(noticeOf(spaces));
      if (this.#closed) return;
      const wasGone = this.isGone;
      this.#failures = 0;
      if (wasGone) this.#parts.back();
      this.#timer = setTimeout(() => this.#again(), this.#parts.timing.pause).unref();
    } catch {
      if (this.#closed) return;
      this.#failures += 1;
      // One bit is all that is kept of what it misses: it looks for itself when it is there again.
      this.#spaces = new Map([...spaces].slice(0, 1));
      const wait = delayAfter(this.#failures, this.#parts.timing.backoff, this.#parts.random());
      this.#timer = setTimeout(() => void this.#send(), wait).unref();
      if (this.#failures === 1) this.#parts.gone();
    }
  }

  #again(): void {
    this.#timer = undefined;
    if (this.#spaces.size > 0) void this.#send();
  }
}

const noticeOf = (spaces: ReadonlyMap<string, ReadonlyMap<string, string>>): Notice => ({
  spaces: [...spaces].map(([space, heads]) => ({
    space,
    heads: [...heads].map(([stream, head]) => ({ stream, head })),
  })),
});
