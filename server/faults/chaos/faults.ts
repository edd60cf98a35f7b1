import { setTimeout as wait } from 'node:timers/promises';
import type { NetworkHomeserver } from '../../testing/spawned-network.ts';
import type { Random } from './random.ts';

/** What can happen to a homeserver; each ends with the homeserver running, though perhaps still cut off. */
const faults: Record<string, (homeserver: NetworkHomeserver, random: Random) => Promise<void>> = {
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
};

/** One fault after another on random homeservers until the time is over; returns what happened. */
export async function makeTrouble(
  homeservers: readonly NetworkHomeserver[],
  random: Random,
  seconds: number,
  note: (text: string) => void,
): Promise<Record<string, number>> {
  const happened: Record<string, number> = {};
  const end = Date.now() + seconds * 1_000;
  while (Date.now() < end) {
    const name = random.pick(Object.keys(faults));
    const homeserver = random.pick(homeservers);
    note(`${name} ${homeserver.name}`);
    happened[name] = (happened[name] ?? 0) + 1;
    await faults[name]?.(homeserver, random);
    await wait(random.between(100, 800));
  }
  return happened;
}
