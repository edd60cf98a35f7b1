import { Refusal } from '../base/errors.ts';

/** Searches of one user that run or wait at the same time. */
const AT_ONCE = 4;

/** Sees to it that nobody takes the turns of all others. [SRCH-7] */
export class SearchesAtOnce {
  readonly #running = new Map<string, number>();

  /** Throws `busy` where too many of the user are under way. */
  async run<T>(user: string, search: () => Promise<T>): Promise<T> {
    if (this.#countOf(user) >= AT_ONCE) throw new Refusal('busy', { retry: 1_000 });
    this.#running.set(user, this.#countOf(user) + 1);
    try {
      return await search();
    } finally {
      if (this.#countOf(user) > 1) this.#running.set(user, this.#countOf(user) - 1);
      else this.#running.delete(user);
    }
  }

  #countOf(user: string): number {
    return this.#running.get(user) ?? 0;
  }
}
