import type { GatewayLimits } from './limits.ts';
import { refusedUpgrades, type UpgradeRefusal } from './upgrade.ts';

interface Counts {
  all: number;
  waiting: number;
}

/** Caps on sockets, for all and for each network, counted before anybody is known. */
export class ConnectionCounts {
  readonly #limits: GatewayLimits;
  readonly #perNetwork: boolean;
  readonly #total: Counts = { all: 0, waiting: 0 };
  readonly #networks = new Map<string, Counts>();

  constructor(limits: GatewayLimits, perNetwork: boolean) {
    this.#limits = limits;
    this.#perNetwork = perNetwork;
  }

  refusalFor(network: string): UpgradeRefusal | undefined {
    const limits = this.#limits;
    const { all, waiting } = this.#networks.get(network) ?? { all: 0, waiting: 0 };
    if (this.#perNetwork && (all >= limits.socketsPerNetwork || waiting >= limits.waitingPerNetwork))
      return refusedUpgrades.too_many;
    if (this.#total.all >= limits.sockets || this.#total.waiting >= limits.waitingSockets) return refusedUpgrades.full;
    return undefined;
  }

  opened(network: string): void {
    this.#add(network, 1, 1);
  }

  /** It has said who it is, or is not listened to any more. */
  waited(network: string): void {
    this.#add(network, 0, -1);
  }

  closed(network: string): void {
    this.#add(network, -1, 0);
  }

  #add(network: string, all: number, waiting: number): void {
    this.#total.all += all;
    this.#total.waiting += waiting;
    const counts = this.#networks.get(network) ?? { all: 0, waiting: 0 };
    counts.all += all;
    counts.waiting += waiting;
    if (counts.all === 0) this.#networks.delete(network);
    else this.#networks.set(network, counts);
  }
}
