import { setTimeout as delay } from 'node:timers/promises';
import { BareServer } from './bare.ts';
import { gatherCrowd } from './crowd.ts';
import { BenchHomeserver } from './homeserver.ts';
import { Load } from './load.ts';
import type { Report } from './report.ts';

const CLIENTS = 5_000;
const PER_SECOND = 10;
const AWAY_SECONDS = 2;

/** 5,000 clients lose their sockets and come back at once, while messages go on; each must see each message once. */
export async function run(): Promise<Report> {
  await using crowd = await gatherCrowd(CLIENTS);
  await using homeserver = await BenchHomeserver.start(crowd);
  await using load = new Load();
  const { place } = homeserver;
  const [token = ''] = crowd.tokens;
  const opened = await load.ask({ do: 'connect', port: place.port, tokens: crowd.tokens });
  await load.ask({ do: 'mark', latencies: false });
  const sent = load.ask({ do: 'sendSteadily', place, token, perSecond: PER_SECOND, seconds: 16, bytes: 200 });
  await delay(2_000);
  await load.ask({ do: 'drop' });
  await delay(AWAY_SECONDS * 1_000);
  const cpuBefore = homeserver.cpu;
  const { seconds = Number.NaN } = await load.ask({ do: 'resume', port: place.port });
  const cpu = homeserver.cpu - cpuBefore;
  await sent;
  const { wrong = 0, behind = 0, closed = 0 } = await load.settle();
  const bareSeconds = await measureBare();
  return {
    name: 'resume',
    ratio: seconds / bareSeconds,
    aim: '5,000 within 10 s, nothing missing and nothing twice',
    reached: seconds <= 10 && wrong === 0 && behind === 0 && closed === 0,
    figures: {
      clients: CLIENTS,
      seconds,
      server_cpu_seconds: cpu,
      bare_connect_seconds: bareSeconds,
      first_identify_seconds: opened.seconds ?? Number.NaN,
      missing_or_twice: wrong,
      not_up_to_date: behind,
      closed,
    },
  };
}

async function measureBare(): Promise<number> {
  await using bare = await BareServer.start();
  await using load = new Load();
  const started = performance.now();
  await load.ask({ do: 'connectBare', port: bare.port, count: CLIENTS });
  return (performance.now() - started) / 1_000;
}
