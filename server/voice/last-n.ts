/** Which microphones a large room hears: those heard last, and always those with priority. */
export class LastN {
  readonly #most: number;
  /** All microphones, the one heard last at the end. */
  readonly #mics = new Map<string, boolean>();

  constructor(most: number) {
    this.#most = most;
  }

  add(producer: string, priority: boolean): void {
    // Somebody new has not spoken yet: before all others in the order.
    const known = [...this.#mics].filter(([id]) => id !== producer);
    this.#mics.clear();
    this.#mics.set(producer, priority);
    for (const [id, first] of known) this.#mics.set(id, first);
  }

  remove(producer: string): void {
    this.#mics.delete(producer);
  }

  /** Takes who is heard, the loudest first. */
  heard(producers: readonly string[]): void {
    for (const producer of [...producers].reverse()) {
      const priority = this.#mics.get(producer);
      if (priority === undefined) continue;
      this.#mics.delete(producer);
      this.#mics.set(producer, priority);
    }
  }

  /** The microphones that are sent on. */
  get chosen(): ReadonlySet<string> {
    if (this.#mics.size <= this.#most) return new Set(this.#mics.keys());
    const withPriority = [...this.#mics].filter(([, priority]) => priority).map(([id]) => id);
    const others = [...this.#mics].filter(([, priority]) => !priority).map(([id]) => id);
    return new Set([...withPriority, ...others.slice(-Math.max(1, this.#most - withPriority.length))]);
  }
}
