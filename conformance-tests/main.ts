import { parseArgs } from 'node:util';
import { allCases } from './all-cases.ts';
import { readClauses } from './clauses.ts';
import { play } from './play.ts';
import { resultsOf, textOf } from './report.ts';
import type { Target } from './target.ts';
import { startFolkmoot } from './targets/folkmoot.ts';

const usage = 'npm run conformance -- [--target <url>] [--json] [--only <prefix of a clause or part of a title>]';
const atOnce = 6;

const { values } = parseArgs({
  options: {
    target: { type: 'string' },
    json: { type: 'boolean' },
    only: { type: 'string' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  process.stdout.write(`${usage}\nWithout --target our own homeserver is started, with every ability.\n`);
} else {
  process.exitCode = await main();
}

async function main(): Promise<number> {
  const { only = '', json = false } = values;
  const cases = allCases.filter(
    ({ clauses, title }) => title.includes(only) || clauses.some((id) => id.startsWith(only)),
  );
  await using target: Target & Partial<AsyncDisposable> = values.target
    ? Object.assign({ url: new URL(values.target).origin }, { [Symbol.asyncDispose]: async () => undefined })
    : await startFolkmoot();
  const performed = await play(cases, target, {
    atOnce,
    onPlayed: ({ case: one, outcome, reason = '', ms }) => {
      if (!json)
        process.stderr.write(
          `${outcome.padEnd(11)} ${String(Math.round(ms)).padStart(6)} ms  ${one.title}${outcome === 'failed' ? `\n    ${reason}` : ''}\n`,
        );
    },
  });
  const ids = new Set(performed.played.flatMap(({ case: one }) => one.clauses));
  const clauses = readClauses().filter(({ id }) => only === '' || id.startsWith(only) || ids.has(id));
  const results = resultsOf(clauses, performed);
  process.stdout.write(json ? `${JSON.stringify({ target: target.url, clauses: results })}\n` : `${textOf(results)}\n`);
  return performed.played.some(({ outcome }) => outcome === 'failed') ||
    results.some(({ outcome }) => outcome === 'failed')
    ? 1
    : 0;
}
