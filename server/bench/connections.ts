import { setTimeout as delay } from 'node:timers/promises';
import { BareServer } from './bare.ts';
import { gatherCrowd } from './crowd.ts';
import { BenchHomeserver } from './homeserver.ts';
import { Load } from './load.ts';
import type { Report } from './report.ts';

const SESSIONS = 5_000;

/** Memory of an idle session: what 5,000 add to a process that has none, against as many sockets of bare ws. */
export async function run(): Promise<Report> {
  const [ours, idle] = await measureHomeserver();
  const bare = await measureBare();
  return {
    name: 'connections',
    ratio: ours / bare,
    aim: '≤ 2 × the memory of bare ws',
    reached: ours <= 2 * bare,
    figures: {
      kilobytes_per_session: ours / 1024,
      bare_kilobytes_per_socket: bare / 1024,
      homeserver_megabytes_before: idle / 1024 ** 2,
    },
  };
}

async function measureHomeserver(): Promise<[perSession: number, idle: number]> {
  await using crowd = await gatherCrowd(SESSIONS);
  await using homeserver = await BenchHomeserver.start(crowd);
  await using load = new Load();
  const idle = homeserver.resident;
  await load.ask({ do: 'connect', port: homeserver.place.port, tokens: crowd.tokens });
  return [((await rested(() => homeserver.resident)) - idle) / SESSIONS, idle];
}

async function measureBare(): Promise<number> {
  await using bare = await BareServer.start();
  await using load = new Load();
  const idle = bare.resident;
  await load.ask({ do: 'connectBare', port: bare.port, count: SESSIONS });
  return ((await rested(() => bare.resident)) - idle) / SESSIONS;
}

/** After a while, in which garbage is collected. */
async function rested(resident: () => number): Promise<number> {
  await delay(10_000);
  return resident();
}
