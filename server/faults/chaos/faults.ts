import { setTimeout as wait } from 'node:timers/promises';
import { backUp, putBack } from '../../testing/backup.ts';
import type { NetworkHomeserver } from '../../testing/spawned-network.ts';
import type { Random } from './random.ts';

const ITSELF_MS = 120_000;

/** A homeserver was put back to what it was at `since`: of what it promised after that it may know nothing. */
export interface Restored {
  homeserver: NetworkHomeserver;
  since: number;
  until: number;
}

export interface Trouble {
  happened: Record<string, number>;
  restored: Restored[];
}

/** What can happen to a homeserver; each ends with the homeserver running, though perhaps still cut off. */
const faults: Record<string, (homeserver: NetworkHomeserver, random: Random, restored: Restored[]) => Promise<void>> = {
  async cut({ proxy }, random) {
    proxy.cut();
    await wait(random.between(200, 3_000));
    proxy.mend();
  },
  async drop({ proxy }) {
    proxy.drop();
  },
  async delay({ proxy }, random) {
    proxy.delay(random.between(5, 150));
    await wait(random.between(500, 2_000));
    proxy.mend();
  },
  async kill(homeserver, random) {
    await homeserver.kill();
    await wait(random.between(0, 1_500));
    await homeserver.start();
  },
  async restart(homeserver, random) {
    await homeserver.stop();
    await wait(random.between(0, 500));
    await homeserver.start();
  },
  async restore(homeserver, random, restored) {
    const backup = `${homeserver.data}-backup`;
    await homeserver.stop();
    const since = Date.now();
    await backUp(homeserver.data, backup);
    await homeserver.start();
    await wait(random.between(300, 3_000));
    await homeserver.stop();
    restored.push({ homeserver, since, until: Date.now() });
    await putBack(backup, homeserver.data);
    await homeserver.start();
    await untilItself(homeserver);
  },
};

/** It waits for what others hand back, then goes on. */
async function untilItself({ direct, name }: NetworkHomeserver): Promise<void> {
  const end = Date.now() + ITSELF_MS;
  while ((await fetch(`${direct}/readyz`)).status !== 200) {
    if (Date.now() > end) throw new Error(`${name} was restored and does not go on`);
    await wait(50);
  }
}

/** One fault after another on random homeservers until the time is over; returns what happened. */
export async function makeTrouble(
  homeservers: readonly NetworkHomeserver[],
  random: Random,
  seconds: number,
  note: (text: string) => void,
): Promise<Trouble> {
  const happened: Record<string, number> = {};
  const restored: Restored[] = [];
  const end = Date.now() + seconds * 1_000;
  while (Date.now() < end) {
    const name = random.pick(Object.keys(faults));
    const homeserver = random.pick(homeservers);
    note(`${name} ${homeserver.name}`);
    happened[name] = (happened[name] ?? 0) + 1;
    await faults[name]?.(homeserver, random, restored);
    await wait(random.between(100, 800));
  }
  return { happened, restored };
}
