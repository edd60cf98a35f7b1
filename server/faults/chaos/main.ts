import { parseArgs } from 'node:util';
import { chaos } from './chaos.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '180' },
    quiet: { type: 'boolean', default: false },
  },
});
const first = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const started = Date.now();
const say = (text: string) => process.stdout.write(`${text}\n`);

for (let seed = first; seed < first + Number(values.seeds); seed++) {
  say(`seed ${seed}: ${values.seconds} s (again with: npm run chaos -- --seed ${seed} --seconds ${values.seconds})`);
  const report = await chaos({
    seed,
    seconds: Number(values.seconds),
    note: (text) => values.quiet || say(`  ${((Date.now() - started) / 1_000).toFixed(1)} s  ${text}`),
  });
  const faults = Object.entries(report.faults).map(([name, count]) => `${count} × ${name}`);
  say(
    `seed ${seed}: equal everywhere; ${report.messages} messages, ${report.waited} of them had to wait, ${report.lost} lost with backups, ${report.unanswered} unanswered; ${faults.join(', ')}`,
  );
}
