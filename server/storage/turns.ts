import { Refusal } from '../base/errors.ts';

/** So many at once, the others in a queue of so many. */
export class Turns {
  readonly #queue: (() => void)[] = [];
  readonly #length: number;
  #free: number;

  constructor({ atOnce, waiting }: { atOnce: number; waiting: number }) {
    this.#free = atOnce;
    this.#length = waiting;
  }

  /** Resolves when it is one's turn, to what gives it on. Throws `busy` where the queue is full or the time in ms is over. */
  async take(patience: number): Promise<() => void> {
    if (this.#free > 0) {
      this.#free--;
      return this.#once();
    }
    if (this.#queue.length >= this.#length) throw new Refusal('busy', { retry: patience });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#queue.push(resolve);
    const timer = setTimeout(() => {
      const at = this.#queue.indexOf(resolve);
      if (at < 0) return;
      this.#queue.splice(at, 1);
      reject(new Refusal('busy', { retry: patience }));
    }, patience);
    await promise.finally(() => clearTimeout(timer));
    return this.#once();
  }

  #once(): () => void {
    let isGiven = false;
    return () => {
      if (isGiven) return;
      isGiven = true;
      const next = this.#queue.shift();
      if (next) next();
      else this.#free++;
    };
  }
}
