/**
 * Waits for conditions. Each is looked at whenever something has happened and before the next thing does, so that none misses what
 * holds for a moment only.
 */
export class Conditions {
  readonly #looks = new Set<() => void>();

  until<T>(find: () => T | undefined | false): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = () => {
        try {
          const found = find();
          if (found === undefined || found === false) return;
          resolve(found);
        } catch (error) {
          reject(error);
        }
        this.#looks.delete(look);
      };
      this.#looks.add(look);
      look();
    });
  }

  happened(): void {
    for (const look of this.#looks) look();
  }
}
