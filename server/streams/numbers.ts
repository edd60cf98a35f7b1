import type { Reader } from '../storage/database.ts';
import { firstPosition, lastPosition, lastStreamNo } from './lines-store.ts';

/** Gives numbers out that are used once. There is one writer, so it may count in memory. */
export class Numbers {
  #pos: number;
  #past: number;
  #stream: number;

  private constructor(pos: number, past: number, stream: number) {
    this.#pos = pos;
    this.#past = past;
    this.#stream = stream;
  }

  static async read(reader: Reader): Promise<Numbers> {
    return new Numbers(
      (await reader.get(lastPosition, {}))?.pos ?? 0,
      (await reader.get(firstPosition, {}))?.pos ?? 0,
      (await reader.get(lastStreamNo, {}))?.no ?? 0,
    );
  }

  /** Positions up to here were in use before, as this homeserver remembers. */
  skipTo(pos: number): void {
    this.#pos = Math.max(this.#pos, pos);
  }

  nextPosition(): number {
    return ++this.#pos;
  }

  /** The first of so many positions in a row, before all that are in use. */
  pastPositions(count: number): number {
    this.#past -= count;
    return this.#past;
  }

  nextStream(): number {
    return ++this.#stream;
  }
}
