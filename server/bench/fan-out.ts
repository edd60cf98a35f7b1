import { BareServer } from './bare.ts';
import { type Crowd, gatherCrowd } from './crowd.ts';
import { BenchHomeserver } from './homeserver.ts';
import { Load } from './load.ts';
import type { Report } from './report.ts';

const MEMBERS = 1_000;
const MANY = 5_000;
const BYTES = 200;
const LIGHT = 20;
const SECONDS = 8;
const SENDERS = 32;

/**
 * Deliveries per CPU second of the whole homeserver, rights, storage and signatures included, against a bare ws process that writes one
 * prepared frame of the same size to each of as many sockets: as fast as it goes, and at 20 messages a second.
 */
export async function run(): Promise<Report> {
  await using crowd = await gatherCrowd(MANY);
  const ours = await measureHomeserver(crowd);
  const bare = await measureBare(ours.frameBytes);
  const [few, many] = [await lightCost(crowd, 100), await lightCost(crowd, MANY)];
  const saturated = ours.saturated / bare.saturated;
  const light = ours.lightCpu / bare.lightCpu;
  const flat = many / few;
  return {
    name: 'fan-out',
    ratio: saturated,
    aim: 'saturated ≥ 2, at 20/s ≤ 1.5 of its CPU, flat from 100 to 5,000 members',
    reached: saturated >= 2 && light <= 1.5 && flat <= 1.25,
    figures: {
      deliveries_per_cpu_second: ours.saturated,
      bare_deliveries_per_cpu_second: bare.saturated,
      messages_per_second: ours.messagesPerSecond,
      light_cpu_ratio: light,
      light_cpu_ms_per_second: (ours.lightCpu / SECONDS) * 1_000,
      bare_light_cpu_ms_per_second: (bare.lightCpu / SECONDS) * 1_000,
      microseconds_per_delivery_100_members: few,
      microseconds_per_delivery_5000_members: many,
      cost_5000_by_100_members: flat,
      frame_bytes: ours.frameBytes,
    },
  };
}

async function measureHomeserver(crowd: Crowd) {
  await using homeserver = await BenchHomeserver.start(crowd);
  await using load = new Load();
  const { place } = homeserver;
  const [token = ''] = crowd.tokens;
  await load.ask({ do: 'connect', port: place.port, tokens: crowd.tokens.slice(0, MEMBERS) });
  await load.ask({ do: 'sendMany', place, tokens: crowd.tokens.slice(0, SENDERS), seconds: 4, bytes: BYTES });

  const before = await load.settle();
  const cpuBefore = homeserver.cpu;
  await load.ask({ do: 'sendSteadily', place, token, perSecond: LIGHT, seconds: SECONDS, bytes: BYTES });
  const between = await load.settle();
  const lightCpu = homeserver.cpu - cpuBefore;
  const frameBytes = Math.round(
    ((between.bytes ?? 0) - (before.bytes ?? 0)) / ((between.events ?? 0) - (before.events ?? 0)),
  );

  const busyBefore = homeserver.cpu;
  const { sent = 0 } = await load.ask({
    do: 'sendMany',
    place,
    tokens: crowd.tokens.slice(0, SENDERS),
    seconds: SECONDS,
    bytes: BYTES,
  });
  const after = await load.settle();
  const cpu = homeserver.cpu - busyBefore;
  const deliveries = (after.events ?? 0) - (between.events ?? 0);
  if (after.closed !== 0 || deliveries !== sent * MEMBERS)
    throw new Error(`${deliveries} of ${sent * MEMBERS} deliveries, ${after.closed} closed`);
  return { saturated: deliveries / cpu, messagesPerSecond: sent / SECONDS, lightCpu, frameBytes };
}

async function measureBare(bytes: number) {
  await using bare = await BareServer.start();
  await using load = new Load();
  await load.ask({ do: 'connectBare', port: bare.port, count: MEMBERS });
  await bare.write({ seconds: 3, bytes });
  const { cpu: lightCpu } = await bare.write({ perSecond: LIGHT, seconds: SECONDS, bytes });
  const { deliveries, cpu } = await bare.write({ seconds: SECONDS, bytes });
  return { saturated: deliveries / cpu, lightCpu };
}

/** Microseconds of CPU for one delivery at a light rate, without what a message costs that nobody receives. */
async function lightCost(crowd: Crowd, members: number): Promise<number> {
  await using homeserver = await BenchHomeserver.start(crowd);
  await using load = new Load();
  const { place } = homeserver;
  const [token = ''] = crowd.tokens;
  const cost = async (): Promise<number> => {
    await load.ask({ do: 'sendSteadily', place, token, perSecond: LIGHT, seconds: 3, bytes: BYTES });
    await load.settle();
    const before = homeserver.cpu;
    await load.ask({ do: 'sendSteadily', place, token, perSecond: LIGHT, seconds: SECONDS, bytes: BYTES });
    await load.settle();
    return homeserver.cpu - before;
  };
  const alone = await cost();
  await load.ask({ do: 'connect', port: place.port, tokens: crowd.tokens.slice(0, members) });
  return (((await cost()) - alone) * 1e6) / (LIGHT * SECONDS * members);
}
