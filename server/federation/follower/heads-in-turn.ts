import type { SpaceHeads } from './ports.ts';
import { Serial } from './serial.ts';

/** Heads to follow; those that were asked for are overtaken where the hub said others by itself meanwhile. */
export type Heads = SpaceHeads & { isOvertaken?: boolean };

/** What a hub says may be seen of a space, by itself and when it is asked. Each says all of it: of many only the newest counts. */
export class HeadsInTurn {
  readonly #ask: () => Promise<SpaceHeads>;
  readonly #follow: (heads: Heads) => Promise<void>;
  readonly #following = new Serial();
  readonly #refreshes = new Serial();
  /** The newest that wait for their turn, and the work that takes them. */
  #latest: Heads | undefined;
  #taking: Promise<void> = Promise.resolve();
  /** How often the hub told its heads by itself. */
  #told = 0;
  /** A refresh that has not begun yet. */
  #refreshing: Promise<void> | undefined;

  constructor(ask: () => Promise<SpaceHeads>, follow: (heads: Heads) => Promise<void>) {
    this.#ask = ask;
    this.#follow = follow;
  }

  /** What the hub says by itself. */
  take(heads: SpaceHeads): Promise<void> {
    this.#told++;
    return this.#inTurn(heads);
  }

  /** Asks the hub where it is, and follows; one question for all who want that before it is asked. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refreshes.run(async () => {
      this.#refreshing = undefined;
      const told = this.#told;
      const heads = await this.#ask();
      // What was told meanwhile may be newer than this answer: then nothing is let go of because of it. [FOL-2]
      const isOvertaken = this.#told !== told;
      if (isOvertaken) await this.#taking.catch(() => undefined);
      await this.#inTurn({ ...heads, isOvertaken });
    });
    return this.#refreshing;
  }

  #inTurn(heads: Heads): Promise<void> {
    const isWaiting = this.#latest !== undefined;
    if (isWaiting && heads.isOvertaken) return this.#taking;
    this.#latest = heads;
    if (isWaiting) return this.#taking;
    this.#taking = this.#following.run(async () => {
      const latest = this.#latest;
      this.#latest = undefined;
      if (latest) await this.#follow(latest);
    });
    return this.#taking;
  }
}
