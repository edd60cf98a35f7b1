import { BareServer } from './bare.ts';
import { gatherCrowd } from './crowd.ts';
import { BenchHomeserver } from './homeserver.ts';
import { Load } from './load.ts';
import { percentile, type Report } from './report.ts';

const MEMBERS = 1_000;
const PER_SECOND = 20;
const SECONDS = 15;
const BYTES = 200;
/** Of the frame that such a message makes. */
const FRAME_BYTES = 637;

/** From before the request of the sender to every one of 1,000 members, at 20 messages a second, against a process that only writes. */
export async function run(): Promise<Report> {
  const ours = await measureHomeserver();
  const bare = await measureBare();
  const p99 = percentile(ours, 0.99);
  const bareP99 = percentile(bare, 0.99);
  return {
    name: 'latency',
    ratio: p99 / bareP99,
    aim: 'p99 ≤ 25 ms',
    reached: p99 <= 25,
    figures: {
      p50_ms: percentile(ours, 0.5),
      p99_ms: p99,
      worst_ms: percentile(ours, 1),
      bare_p50_ms: percentile(bare, 0.5),
      bare_p99_ms: bareP99,
      deliveries: ours.length,
    },
  };
}

async function measureHomeserver(): Promise<number[]> {
  await using crowd = await gatherCrowd(MEMBERS);
  await using homeserver = await BenchHomeserver.start(crowd);
  await using load = new Load();
  const { place } = homeserver;
  const [token = ''] = crowd.tokens;
  await load.ask({ do: 'connect', port: place.port, tokens: crowd.tokens });
  const send = (seconds: number) =>
    load.ask({ do: 'sendSteadily', place, token, perSecond: PER_SECOND, seconds, bytes: BYTES });
  await send(5);
  await load.settle();
  await load.ask({ do: 'mark', latencies: true });
  await send(SECONDS);
  const { latencies = [], wrong } = await load.settle();
  if (wrong !== 0 || latencies.length !== MEMBERS * PER_SECOND * SECONDS)
    throw new Error(`${latencies.length} deliveries, ${wrong} wrong`);
  return latencies;
}

async function measureBare(): Promise<number[]> {
  await using bare = await BareServer.start();
  await using load = new Load();
  await load.ask({ do: 'connectBare', port: bare.port, count: MEMBERS });
  const command = { perSecond: PER_SECOND, bytes: FRAME_BYTES };
  await bare.write({ ...command, seconds: 5 });
  await load.ask({ do: 'mark', latencies: true });
  await bare.write({ ...command, seconds: SECONDS, marked: true });
  return (await load.settle()).latencies ?? [];
}
