import { Refusal } from '../../base/errors.ts';
import { Serial } from '../follower/serial.ts';

/** What one homeserver may hand back at once, and all together, in bytes. */
const MOST = { ofServer: 4, bytes: 64 * 1024 * 1024 };
const RETRY_MS = 1_000;

/**
 * Many followers hand back the same lines at once to a hub that was restored. Each stream takes them one after the other, so that what one
 * brought costs nothing when the next brings it too.
 */
export class HealTurns {
  readonly #ofServer = new Map<string, number>();
  readonly #ofStream = new Map<string, Serial>();
  readonly #most: typeof MOST;
  #bytes = 0;

  constructor(most = MOST) {
    this.#most = most;
  }

  /** Throws `busy` where there is no room; whoever asked comes again. */
  async run<T>(server: string, stream: string, bytes: number, work: () => Promise<T>): Promise<T> {
    const count = this.#ofServer.get(server) ?? 0;
    if (count >= this.#most.ofServer || this.#bytes + bytes > this.#most.bytes)
      throw new Refusal('busy', { retry: RETRY_MS });
    const turns = this.#ofStream.get(stream) ?? new Serial();
    this.#ofStream.set(stream, turns);
    this.#ofServer.set(server, count + 1);
    this.#bytes += bytes;
    try {
      return await turns.run(work);
    } finally {
      this.#bytes -= bytes;
      const left = (this.#ofServer.get(server) ?? 1) - 1;
      if (left > 0) this.#ofServer.set(server, left);
      else this.#ofServer.delete(server);
      if (turns.waiting === 0) this.#ofStream.delete(stream);
    }
  }
}
