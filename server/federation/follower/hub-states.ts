import type { Signals } from '../../streams/signals.ts';

export type HubState = 'here' | 'away';

/** Which hubs cannot be reached, so that clients can say so. A hub that was not tried yet counts as here. */
export class HubStates {
  readonly #away = new Set<string>();
  readonly #signals: Pick<Signals, 'send'>;
  readonly #listeners: ((hub: string) => void)[] = [];

  constructor(signals: Pick<Signals, 'send'>) {
    this.#signals = signals;
  }

  of(hub: string): HubState {
    return this.#away.has(hub) ? 'away' : 'here';
  }

  /** Called whenever a hub was reached, also where it was not away. */
  onReachable(listener: (hub: string) => void): void {
    this.#listeners.push(listener);
  }

  set(hub: string, state: HubState, spaces: Iterable<string>): void {
    const before = this.of(hub);
    if (state === 'away') this.#away.add(hub);
    else this.#away.delete(hub);
    if (before !== state)
      for (const space of spaces)
        this.#signals.send({ audience: { to: 'space', space }, t: 'space.hub', d: { space, state } });
    if (state === 'here') for (const listener of this.#listeners) listener(hub);
  }
}
