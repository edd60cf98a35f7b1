/** Which microphones a large room hears: those heard last, and always those with priority. */
export class LastN {
  readonly #most: number;
  /** All microphones, the one heard last at the end. */
  readonly #mics = new Map<string, () => boolean>();

  constructor(most: number) {
    this.#most = most;
  }

  /** `isFirst`: whether it has priority, which may change. */
  add(producer: string, isFirst: () => boolean): void {
    // Somebody new has not spoken yet: before all others in the order.
    const known = [...this.#mics].filter(([id]) => id !== producer);
    this.#mics.clear();
    this.#mics.set(producer, isFirst);
    for (const [id, other] of known) this.#mics.set(id, other);
  }

  remove(producer: string): void {
    this.#mics.delete(producer);
  }

  /** Takes who is heard, the loudest first. */
  heard(producers: readonly string[]): void {
    for (const producer of [...producers].reverse()) {
      const isFirst = this.#mics.get(producer);
      if (isFirst === undefined) continue;
      this.#mics.delete(producer);
      this.#mics.set(producer, isFirst);
    }
  }

  /** The microphones that are sent on. */
  get chosen(): ReadonlySet<string> {
    if (this.#mics.size <= this.#most) return new Set(this.#mics.keys());
    const withPriority: string[] = [];
    const others: string[] = [];
    for (const [id, isFirst] of this.#mics) (isFirst() ? withPriority : others).push(id);
    return new Set([...withPriority, ...others.slice(-Math.max(1, this.#most - withPriority.length))]);
  }
}
