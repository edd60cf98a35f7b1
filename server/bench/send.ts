import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { spawnHomeserver } from '../testing/start-homeserver.ts';
import { gatherCrowd } from './crowd.ts';
import { cpuSeconds } from './process-meter.ts';
import { rawGroupCommits } from './raw-group-commit.ts';
import type { Report } from './report.ts';

const senders = 64;
const seconds = 6;

/**
 * Durable, signed messages that 64 senders get confirmed over HTTP, against group commit of rows of the same sizes in bare SQLite.
 * With FOLKMOOT_BENCH_DATABASE, an empty PostgreSQL database, it is measured there.
 */
export async function run(): Promise<Report> {
  const url = process.env['FOLKMOOT_BENCH_DATABASE'];
  const environment: Record<string, string> = url ? { FOLKMOOT_DATABASE: url } : {};
  await using crowd = await gatherCrowd(senders, environment);
  await using server = await spawnHomeserver({ folder: crowd.folder, environment });
  const pid = server.process.pid ?? 0;
  const before = cpuSeconds(pid);
  const sent = await send(server.url, crowd);
  const cpu = cpuSeconds(pid) - before;
  const raw = await rawGroupCommits(senders);
  return {
    name: 'send',
    ratio: sent.perSecond / raw,
    aim: 'at least 3,000 messages/s',
    reached: sent.perSecond >= 3_000,
    figures: {
      messages_per_second: sent.perSecond,
      p50_ms: sent.p50,
      p99_ms: sent.p99,
      server_cpu_us_per_message: (cpu / sent.count) * 1e6,
      bare_sqlite_rows_per_second: raw,
      senders,
    },
  };
}

interface Sent {
  count: number;
  perSecond: number;
  p50: number;
  p99: number;
}

async function send(
  url: string,
  { space, channel, tokens }: { space: string; channel: string; tokens: string[] },
): Promise<Sent> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'send-load.ts')], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const answered = once(child, 'message') as Promise<[Sent]>;
  child.send({ url, path: `/api/v1/spaces/${space}/channels/${channel}/messages`, tokens, seconds });
  const [sent] = await answered;
  return sent;
}
