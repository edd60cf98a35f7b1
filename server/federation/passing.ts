import { BoundedMap } from '@folkmoot/federation/bounded-map.ts';
import type { EphemeralItem } from '@folkmoot/protocol-spec/schemas/federation/live.ts';
import type { Clock } from '../base/clock.ts';

/** How often it is handed on that somebody is still typing, which is shown for longer. */
const AGAIN_MS = 1_000;
const REMEMBERED = 10_000;

/** What another homeserver says over and over of one of its users is news once in a while. */
export class Passing {
  readonly #clock: Clock;
  readonly #last = new BoundedMap<string, number>(REMEMBERED);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  isNews({ kind, space, channel = '', user }: EphemeralItem, server: string): boolean {
    if (kind !== 'typing') return true;
    const [key, now] = [`${server} ${space} ${channel} ${user}`, this.#clock.now()];
    // A clock that was set back must not keep anybody quiet.
    if (Math.abs(now - (this.#last.get(key) ?? -Infinity)) < AGAIN_MS) return false;
    this.#last.set(key, now);
    return true;
  }
}
