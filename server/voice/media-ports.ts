import { availableParallelism } from 'node:os';
import type { Config } from '../base/settings.ts';
import { takenAt } from './free-port.ts';

const MOST_WORKERS = 8;

/** How many media workers there are, each with a port of its own. */
export function workerCount({ voice_workers: count }: Pick<Config, 'voice_workers'>): number {
  return count === 'auto' ? Math.min(availableParallelism(), MOST_WORKERS) : Number(count);
}

/** Those that firewalls have to let through; none where each start takes free ones. */
export function mediaPorts(config: Pick<Config, 'voice_port' | 'voice_workers'>): number[] {
  const first = Number(config.voice_port);
  return first === 0 ? [] : Array.from({ length: workerCount(config) }, (_, index) => first + index);
}

/** As people are told of them: `8449`, or `8449 to 8452`. */
export function rangeOf(ports: readonly number[]): string {
  return ports.length < 2 ? ports.join() : `${ports[0]} to ${ports.at(-1)}`;
}

/** What other programs have of them, such as `UDP 8449`; also what a homeserver that is running has. */
export async function takenMediaPorts(
  config: Pick<Config, 'voice_port' | 'voice_workers' | 'voice_listen'>,
): Promise<string[]> {
  const taken: string[] = [];
  for (const port of mediaPorts(config)) taken.push(...(await takenAt(port, config.voice_listen)));
  return taken;
}
