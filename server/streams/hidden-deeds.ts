import type { Log } from '../base/log.ts';
import type { Database } from '../storage/database.ts';
import type { Entry } from './outbox-entry.ts';
import type { RemoteHubs } from './remote-hubs.ts';

export interface HiddenDeedsParts {
  database: Pick<Database, 'read'>;
  remote: Pick<RemoteHubs, 'isHidden'>;
  log: Log;
  /** It was taken, and what it concerns cannot be seen from here any more. */
  onHidden(entry: Entry): void;
}

/** Deeds that a hub took, of the kinds after which it may not show their line: who deletes a channel or leaves sees no more of it. */
export class HiddenDeeds {
  readonly #parts: HiddenDeedsParts;
  readonly #entries = new Set<Entry>();
  #isLooking = false;
  #again = false;

  constructor(parts: HiddenDeedsParts) {
    this.#parts = parts;
  }

  add(entry: Entry): void {
    // Who waits for days may have left meanwhile.
    if (entry.told === 0 && !/^(channel\.(update|delete)|space\.delete|member\.leave)$/.test(entry.type)) return;
    this.#entries.add(entry);
    void this.look();
  }

  delete(entry: Entry): void {
    this.#entries.delete(entry);
  }

  /** To be called after each commit. */
  async look(): Promise<void> {
    this.#again = true;
    if (this.#entries.size === 0 || this.#isLooking) return;
    const { database, remote, log, onHidden } = this.#parts;
    this.#isLooking = true;
    try {
      while (this.#again) {
        this.#again = false;
        await database.read(async (reader) => {
          for (const entry of this.#entries)
            if (await remote.isHidden(reader, entry.space, entry.stream, entry.actor)) onHidden(entry);
        });
      }
    } catch (error) {
      log.warn({ err: error }, 'whether a channel is hidden could not be read; it is tried again');
    } finally {
      this.#isLooking = false;
    }
  }
}
