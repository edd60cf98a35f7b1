import { BareServer } from './bare.ts';
import { type Crowd, gatherCrowd } from './crowd.ts';
import { BenchHomeserver } from './homeserver.ts';
import { Load, type LoadCommand } from './load.ts';
import type { Report } from './report.ts';

const MEMBERS = 1_000;
const MANY = 5_000;
const BYTES = 200;
const LIGHT = 20;
const SENDERS = 32;
/** Ours and the limit take turns, so that whatever else the machine does falls on both. */
const TURNS = 3;
const TURN_SECONDS = 4;

/**
 * Deliveries per CPU second of the whole homeserver, rights, storage and signatures included, against a bare ws process that writes one
 * prepared frame of the same size to each of as many sockets: as fast as it goes, and at 20 messages a second.
 */
export async function run(): Promise<Report> {
  await using crowd = await gatherCrowd(MANY);
  const { light, saturated, frameBytes } = await compare(crowd);
  const few = await costOfDelivery(crowd, 100, 5 * LIGHT);
  const many = await costOfDelivery(crowd, MANY, LIGHT);
  const ratio = perCpuSecond(saturated.ours) / perCpuSecond(saturated.bare);
  const lightRatio = perCpuSecond(light.bare) / perCpuSecond(light.ours);
  return {
    name: 'fan-out',
    ratio,
    aim: 'saturated ≥ 2, at 20/s ≤ 1.5 of its CPU, flat from 100 to 5,000 members',
    reached: ratio >= 2 && lightRatio <= 1.5 && many <= 1.25 * few,
    figures: {
      deliveries_per_cpu_second: perCpuSecond(saturated.ours),
      bare_deliveries_per_cpu_second: perCpuSecond(saturated.bare),
      messages_per_second: saturated.ours.deliveries / MEMBERS / (TURNS * TURN_SECONDS),
      light_cpu_ratio: lightRatio,
      light_microseconds_per_delivery: 1e6 / perCpuSecond(light.ours),
      bare_light_microseconds_per_delivery: 1e6 / perCpuSecond(light.bare),
      microseconds_per_delivery_100_members: few,
      microseconds_per_delivery_5000_members: many,
      cost_5000_by_100_members: many / few,
      frame_bytes: frameBytes,
    },
  };
}

interface Spent {
  deliveries: number;
  cpu: number;
}

const perCpuSecond = ({ deliveries, cpu }: Spent) => deliveries / cpu;
const sum = (all: readonly Spent[]): Spent => ({
  deliveries: all.reduce((total, { deliveries }) => total + deliveries, 0),
  cpu: all.reduce((total, { cpu }) => total + cpu, 0),
});

async function compare(crowd: Crowd) {
  await using homeserver = await BenchHomeserver.start(crowd);
  await using load = new Load();
  await using bare = await BareServer.start();
  await using bareLoad = new Load();
  const { place } = homeserver;
  const [token = ''] = crowd.tokens;
  const senders = crowd.tokens.slice(0, SENDERS);
  await load.ask({ do: 'connect', port: place.port, tokens: crowd.tokens.slice(0, MEMBERS) });
  await bareLoad.ask({ do: 'connectBare', port: bare.port, count: MEMBERS });

  const lightly = (seconds: number) =>
    spend(homeserver, load, { do: 'sendSteadily', place, token, perSecond: LIGHT, seconds, bytes: BYTES });
  const heavily = (seconds: number) =>
    spend(homeserver, load, { do: 'sendMany', place, tokens: senders, seconds, bytes: BYTES });
  await heavily(4);
  const before = await load.settle();
  await lightly(2);
  const after = await load.settle();
  const frameBytes = Math.round(
    ((after.bytes ?? 0) - (before.bytes ?? 0)) / ((after.events ?? 0) - (before.events ?? 0)),
  );
  await bare.write({ seconds: 3, bytes: frameBytes });

  const light = { ours: [] as Spent[], bare: [] as Spent[] };
  const saturated = { ours: [] as Spent[], bare: [] as Spent[] };
  for (let turn = 0; turn < TURNS; turn++) {
    light.ours.push(await lightly(TURN_SECONDS));
    light.bare.push(await bare.write({ perSecond: LIGHT, seconds: TURN_SECONDS, bytes: frameBytes }));
  }
  for (let turn = 0; turn < TURNS; turn++) {
    saturated.ours.push(await heavily(TURN_SECONDS));
    saturated.bare.push(await bare.write({ seconds: TURN_SECONDS, bytes: frameBytes }));
    await bareLoad.settle();
  }
  const { closed = 0, sent = 0, events = 0 } = await load.settle();
  if (closed > 0 || events !== sent * MEMBERS)
    throw new Error(`${events} of ${sent * MEMBERS} deliveries, ${closed} closed`);
  return {
    light: { ours: sum(light.ours), bare: sum(light.bare) },
    saturated: { ours: sum(saturated.ours), bare: sum(saturated.bare) },
    frameBytes,
  };
}

async function spend(homeserver: BenchHomeserver, load: Load, command: LoadCommand): Promise<Spent> {
  const before = await load.settle();
  const cpu = homeserver.cpu;
  await load.ask(command);
  const after = await load.settle();
  return { deliveries: (after.events ?? 0) - (before.events ?? 0), cpu: homeserver.cpu - cpu };
}

/** Microseconds of CPU for one delivery at a light rate, without what a message costs that nobody receives. */
async function costOfDelivery(crowd: Crowd, members: number, perSecond: number): Promise<number> {
  await using homeserver = await BenchHomeserver.start(crowd);
  await using load = new Load();
  const { place } = homeserver;
  const [token = ''] = crowd.tokens;
  const send = (seconds: number) =>
    spend(homeserver, load, { do: 'sendSteadily', place, token, perSecond, seconds, bytes: BYTES });
  await send(3);
  const alone = await send(2 * TURN_SECONDS);
  await load.ask({ do: 'connect', port: place.port, tokens: crowd.tokens.slice(0, members) });
  await send(2);
  const { cpu, deliveries } = await send(2 * TURN_SECONDS);
  return ((cpu - alone.cpu) * 1e6) / deliveries;
}
