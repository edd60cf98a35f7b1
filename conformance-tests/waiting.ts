interface Waiter {
  look: () => boolean;
  fail: (error: Error) => void;
}

/** Waits for conditions, never for a time: each is looked at again whenever something has happened. */
export class Waiting {
  readonly #waiters = new Set<Waiter>();
  #failure: Error | undefined;
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', () => this.look(), { once: true });
  }

  until<T>(find: () => T | undefined | false, describe: () => string): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        fail: (error) => {
          this.#waiters.delete(waiter);
          reject(new Error(`${describe()}: ${error.message}`, { cause: error }));
        },
        look: () => {
          const found = find();
          if (found !== undefined && found !== false) resolve(found);
          else if (this.#signal.aborted) reject(new Error(`${describe()} (and no longer)`));
          else if (this.#failure) waiter.fail(this.#failure);
          else return false;
          this.#waiters.delete(waiter);
          return true;
        },
      };
      if (!waiter.look()) this.#waiters.add(waiter);
    });
  }

  /** Something has happened. */
  look(): void {
    for (const waiter of this.#waiters) waiter.look();
  }

  /** Nothing more will happen. */
  fail(error: Error): void {
    this.#failure = error;
    this.look();
  }
}

const askAgainMs = { first: 20, most: 250 };

/** Waits for something that only asking again can show; less and less often, so that a slow machine is left to its work. */
export async function eventually<T>(
  signal: AbortSignal,
  ask: () => Promise<T | undefined | false>,
  what: string,
): Promise<T> {
  for (let pause = askAgainMs.first; ; pause = Math.min(pause * 1.2, askAgainMs.most)) {
    const found = await ask();
    if (found !== undefined && found !== false) return found;
    if (signal.aborted) throw new Error(`waited until ${what} (and no longer)`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
