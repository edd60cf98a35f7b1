import type { Report } from './report.ts';
import { reportLine, reportText } from './report.ts';

/** Each benchmark is loaded only when it is asked for. */
const benchmarks = new Map<string, () => Promise<{ run(): Promise<Report> }>>([
  ['fan-out', () => import('./fan-out.ts')],
  ['send', () => import('./send.ts')],
  ['latency', () => import('./latency.ts')],
  ['connections', () => import('./connections.ts')],
  ['resume', () => import('./resume.ts')],
  ['history', () => import('./history.ts')],
  ['search', () => import('./search.ts')],
  ['voice-join', () => import('./voice-join.ts')],
  ['voice-consumers', () => import('./voice-consumers.ts')],
  ['voice-latency', () => import('./voice-latency.ts')],
  ['voice-crowd', () => import('./voice-crowd.ts')],
  ['voice-recovery', () => import('./voice-recovery.ts')],
  ['federated-latency', () => import('./federated-latency.ts')],
  ['catch-up', () => import('./catch-up.ts')],
  ['federated-throughput', () => import('./federated-throughput.ts')],
  ['join', () => import('./join.ts')],
  ['many-peers', () => import('./many-peers.ts')],
]);

const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const asJson = process.argv.includes('--json');
const unknown = names.filter((name) => !benchmarks.has(name));

if (names.length === 0 || unknown.length > 0) {
  process.stderr.write(`Usage: npm run bench -- <name>… [--json]\nNames: ${[...benchmarks.keys()].join(', ')}\n`);
  process.exitCode = 2;
} else {
  for (const name of names) {
    const { run } = await (benchmarks.get(name) as () => Promise<{ run(): Promise<Report> }>)();
    const report = await run();
    process.stdout.write(`${asJson ? reportLine(report) : reportText(report)}\n`);
  }
  // Connections that a benchmark left open must not keep it from ending.
  process.exit();
}
