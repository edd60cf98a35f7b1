import { BareServer } from './bare.ts';
import { gatherCrowd } from './crowd.ts';
import { BenchHomeserver } from './homeserver.ts';
import { Load } from './load.ts';
import { percentile, type Report } from './report.ts';

const MEMBERS = 1_000;
const PER_SECOND = 20;
const BYTES = 200;
/** Of the frame that such a message makes. */
const FRAME_BYTES = 637;
/** Ours and the limit take turns, so that whatever else the machine does falls on both. */
const TURNS = 3;
const TURN_SECONDS = 6;

/** From before the request of the sender to every one of 1,000 members, at 20 messages a second, against a process that only writes. */
export async function run(): Promise<Report> {
  await using crowd = await gatherCrowd(MEMBERS);
  await using homeserver = await BenchHomeserver.start(crowd);
  await using load = new Load();
  await using bare = await BareServer.start();
  await using bareLoad = new Load();
  const { place } = homeserver;
  const [token = ''] = crowd.tokens;
  await load.ask({ do: 'connect', port: place.port, tokens: crowd.tokens });
  await bareLoad.ask({ do: 'connectBare', port: bare.port, count: MEMBERS });

  const send = (seconds: number) =>
    load.ask({ do: 'sendSteadily', place, token, perSecond: PER_SECOND, seconds, bytes: BYTES });
  const write = (seconds: number) => bare.write({ perSecond: PER_SECOND, bytes: FRAME_BYTES, seconds, marked: true });
  await send(5);
  await write(3);
  await load.settle();
  await bareLoad.settle();
  await load.ask({ do: 'mark', latencies: true });
  await bareLoad.ask({ do: 'mark', latencies: true });
  for (let turn = 0; turn < TURNS; turn++) {
    await send(TURN_SECONDS);
    await load.settle();
    await write(TURN_SECONDS);
    await bareLoad.settle();
  }
  const { wrong } = await load.settle();
  const { latencies: ours = [] } = await load.ask({ do: 'latencies' });
  const { latencies: limit = [] } = await bareLoad.ask({ do: 'latencies' });
  if (wrong !== 0 || ours.length !== MEMBERS * PER_SECOND * TURNS * TURN_SECONDS)
    throw new Error(`${ours.length} deliveries, ${wrong} wrong`);
  const p99 = percentile(ours, 0.99);
  return {
    name: 'latency',
    ratio: p99 / percentile(limit, 0.99),
    aim: 'p99 ≤ 25 ms',
    reached: p99 <= 25,
    figures: {
      p50_ms: percentile(ours, 0.5),
      p99_ms: p99,
      worst_ms: percentile(ours, 1),
      bare_p50_ms: percentile(limit, 0.5),
      bare_p99_ms: percentile(limit, 0.99),
      deliveries: ours.length,
    },
  };
}
