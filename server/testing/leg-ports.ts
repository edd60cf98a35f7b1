import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

const [least, most] = [10_000, 60_000];
const PORTS = 1_000;

export interface LegPorts extends Disposable {
  range: { min: number; max: number };
}

/**
 * Ports that no other process of this machine takes for legs: theirs are open to reuse, so that two could have the same one. Who listens on the
 * first of them by TCP has them all.
 */
export async function claimLegPorts(): Promise<LegPorts> {
  for (;;) {
    const first = randomInt(least / PORTS, most / PORTS) * PORTS;
    const claim = createServer().unref();
    try {
      await once(claim.listen(first, '127.0.0.1'), 'listening');
    } catch {
      continue;
    }
    return { range: { min: first, max: first + PORTS - 1 }, [Symbol.dispose]: () => claim.close() };
  }
}
