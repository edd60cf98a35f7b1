import { setTimeout as delay } from 'node:timers/promises';
import { CallOfPhones, phoneEnvironment } from '../testing/call-of-phones.ts';
import { freeMediaPort } from '../testing/free-media-port.ts';
import { MediaLegs } from '../testing/media-legs.ts';
import { spawnHomeserver } from '../testing/start-homeserver.ts';
import { gatherCrowd } from './crowd.ts';
import type { Report } from './report.ts';
import { mediaWorkersOf, openVoicePlace } from './voice-crowd-place.ts';

const CALLS = [20, 50];
const TALKING = 4;
const KILLS = 3;
const AIM_MS = 5_000;
const PATIENCE_MS = 30_000;

/**
 * The only media worker is killed in a call: until everybody hears everybody who talks. Compared with the time that it takes the same people to
 * come into an empty channel, all at once.
 */
export async function run(): Promise<Report> {
  const figures: Record<string, number> = {};
  let worst = 0;
  let longest = 0;
  for (const people of CALLS) {
    const { gathered, recovered } = await recover(people);
    worst = Math.max(worst, ...recovered);
    longest = Math.max(longest, gathered);
    figures[`gather_${people}_ms`] = gathered;
    figures[`recover_${people}_best_ms`] = Math.min(...recovered);
    figures[`recover_${people}_worst_ms`] = Math.max(...recovered);
  }
  return {
    name: 'voice-recovery',
    ratio: worst / longest,
    aim: `everybody hears again within ${AIM_MS} ms`,
    reached: worst <= AIM_MS,
    figures: { ...figures, kills: CALLS.length * KILLS, talking: TALKING },
  };
}

async function recover(people: number): Promise<{ gathered: number; recovered: number[] }> {
  await using crowd = await gatherCrowd(people);
  const port = await freeMediaPort();
  // Two for each who goes in, and some for those whose first try comes too early.
  await using legs = await MediaLegs.open([port], people * 2 * (KILLS + 2));
  await using homeserver = await spawnHomeserver({ folder: crowd.folder, environment: phoneEnvironment(port) });
  const { url } = homeserver;
  const { place, owners } = await openVoicePlace(url, crowd);
  const begun = performance.now();
  using call = await CallOfPhones.gather({ url, place, owners, talking: TALKING, legs });
  await call.allHear();
  const gathered = performance.now() - begun;
  const recovered: number[] = [];
  for (let kill = 1; kill <= KILLS; kill++) {
    const killed = performance.now();
    for (const worker of mediaWorkersOf(homeserver.process.pid as number)) process.kill(worker, 'SIGKILL');
    await call.allLost(kill);
    // Longer than this is no recovery, and is reported as missed.
    await Promise.race([call.allHear(), delay(PATIENCE_MS)]);
    recovered.push(performance.now() - killed);
  }
  return { gathered, recovered };
}
