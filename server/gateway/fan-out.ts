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
  #dirty: Session[] = [];
  #timer: NodeJS.Timeout | undefined;
  #notBefore = 0;

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
    if (this.#dirty.length === 0 || this.#timer !== undefined) return;
    const wait = this.#notBefore - performance.now();
    if (wait <= 0) this.flush();
    else this.#timer = setTimeout(() => this.flush(), wait);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { limits, now, onBehind } = this.#parts;
    const dirty = this.#dirty;
    this.#dirty = [];
    const started = performance.now();
    const time = now();
    for (const session of dirty) {
      const bundle = session.pending;
      // Undefined for a session that ended in between.
      if (bundle === undefined) continue;
      session.pending = undefined;
      bundle.close();
      if (!session.take(bundle, limits, time)) onBehind(session);
    }
    const ended = performance.now();
    this.#notBefore = ended + Math.min(ended - started, limits.coalesceMs);
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
