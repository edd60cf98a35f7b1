import { SpawnedNetwork } from '../../testing/spawned-network.ts';
import { readCopy, requireEqual } from './chains.ts';
import { requireConvergence } from './compare.ts';
import { makeTrouble } from './faults.ts';
import { Random } from './random.ts';
import { buildWorld } from './world.ts';
import { startWriters } from './writers.ts';

export interface ChaosOptions {
  /** The same seed makes the same faults in the same order. */
  seed: number;
  seconds: number;
  note(text: string): void;
}

export interface ChaosReport {
  messages: number;
  waited: number;
  unanswered: number;
  faults: Record<string, number>;
  /** Promised by a homeserver that was then restored from an older backup. */
  lost: number;
}

/**
 * Three homeservers as processes under random faults while six people write. When all can talk again every stream is equal on all that may
 * see it, and every message that was promised is there exactly once; missing may be only what nobody but a homeserver knew that was
 * restored from an older backup. Throws where it is not so.
 */
export async function chaos({ seed, seconds, note }: ChaosOptions): Promise<ChaosReport> {
  await using network = await SpawnedNetwork.open({ environment: { FOLKMOOT_RESTORE_WAIT: '2' } });
  const world = await buildWorld(network);
  const writers = startWriters(world, new Random(seed + 1));
  const { happened, restored } = await makeTrouble(world.homeservers, new Random(seed), seconds, note);
  await writers.stop();
  note('everything mended');
  const { lost } = await requireConvergence(world, writers.promised, restored);
  for (const homeserver of world.homeservers) await homeserver.stop();
  const copies = await Promise.all(world.homeservers.map(({ data }) => readCopy(data)));
  for (const one of copies) for (const other of copies) requireEqual(one, other);
  return {
    messages: writers.promised.length,
    waited: writers.promised.filter(({ id }) => id === undefined).length,
    unanswered: writers.unanswered,
    faults: happened,
    lost,
  };
}
