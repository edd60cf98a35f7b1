import type { Bundle } from './bundle.ts';
import type { GatewayLimits } from './limits.ts';
import type { Session } from './session.ts';

export interface FanOutParts {
  limits: GatewayLimits;
  now: () => number;
  /** A session that does not keep up; it is to be dropped. */
  onBehind: (session: Session) => void;
}

/**
 * Sends frames to sessions. Writing at once is best while that is quick. Where it takes long, because the system calls of many sockets are
 * the cost, the next flush waits about as long as this one took, and what has come up meanwhile is one write for each socket.
 */
export class FanOut {
  readonly #parts: FanOutParts;
  /** Sessions with something to send, and those of them that the flush under way has still to come to. */
  #dirty: Session[] = [];
  #flushing: Session[] = [];
  #flushed = 0;
  #spent = 0;
  /** Whoever is dropped in the middle of it can make others be told something. */
  #isWriting = false;
  #notBefore = 0;
  #timer: NodeJS.Timeout | undefined;
  #slice: NodeJS.Immediate | undefined;

  constructor(parts: FanOutParts) {
    this.#parts = parts;
  }

  /** Adds a frame to what sessions are sent next; not for those whose opening state has the event at `pos` in it. */
  add(sessions: Iterable<Session>, frame: Bundle, pos: number): void {
    const dirty = this.#dirty;
    for (const session of sessions) {
      if (session.from >= pos) continue;
      const { pending } = session;
      if (pending === undefined) {
        session.pending = frame;
        dirty.push(session);
      } else session.pending = pending.with(frame);
    }
  }

  /** To be called when all that belongs together was added. */
  flushSoon(): void {
    if (this.#dirty.length === 0 || this.#isWriting) return;
    if (this.#timer !== undefined || this.#slice !== undefined) return;
    const wait = this.#notBefore - performance.now();
    if (wait <= 0) this.#flush();
    else this.#timer = setTimeout(() => this.#flush(), wait);
  }

  /** Sends everything now. */
  flushAll(): void {
    this.close();
    this.#writeSlice(Infinity);
    this.#flushing = this.#dirty;
    this.#flushed = 0;
    this.#dirty = [];
    this.#writeSlice(Infinity);
  }

  #flush(): void {
    this.#timer = undefined;
    this.#flushing = this.#dirty;
    this.#dirty = [];
    this.#flushed = 0;
    this.#spent = 0;
    this.#goOn();
  }

  /** In slices, so that thousands of sockets do not keep everybody else waiting. */
  #goOn(): void {
    const started = performance.now();
    this.#slice = undefined;
    this.#writeSlice(started + this.#parts.limits.sliceMs);
    const ended = performance.now();
    this.#spent += ended - started;
    if (this.#flushed < this.#flushing.length) this.#slice = setImmediate(() => this.#goOn());
    else {
      this.#flushing = [];
      this.#notBefore = ended + Math.min(this.#spent, this.#parts.limits.coalesceMs);
      this.flushSoon();
    }
  }

  #writeSlice(until: number): void {
    const { limits, now, onBehind } = this.#parts;
    const sessions = this.#flushing;
    const time = now();
    this.#isWriting = true;
    while (this.#flushed < sessions.length) {
      const session = sessions[this.#flushed++] as Session;
      const bundle = session.pending;
      // Undefined for a session that ended in between.
      if (bundle !== undefined) {
        session.pending = undefined;
        bundle.close();
        if (!session.take(bundle, limits, time)) onBehind(session);
      }
      if (this.#flushed % 64 === 0 && performance.now() > until) break;
    }
    this.#isWriting = false;
  }

  close(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#slice);
    this.#timer = undefined;
    this.#slice = undefined;
  }
}
