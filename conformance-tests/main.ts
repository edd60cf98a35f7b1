import { parseArgs } from 'node:util';
import { getServer } from '@folkmoot/protocol-spec/schemas/client/server.ts';
import { allCases } from './all-cases.ts';
import { readClauses } from './clauses.ts';
import { type Performance, play, type Played } from './play.ts';
import { resultsOf, textOf } from './report.ts';
import { Rules } from './rules.ts';
import type { Target } from './target.ts';
import { startFolkmoot } from './targets/folkmoot.ts';
import { Visitor } from './visitor.ts';

const usage = `npm run conformance -- [--target <url>] [--json] [--only <prefix of a clause, or part of a title>]
Without --target our own homeserver is started, with every ability.`;
const atOnce = 6;
const reachMs = 10_000;

class UsageError extends Error {}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        target: { type: 'string' },
        json: { type: 'boolean', default: false },
        only: { type: 'string', default: '' },
        help: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${usage}`, { cause: error });
  }
}

async function main(): Promise<number> {
  const { target: address, json, only, help } = readArguments();
  if (help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  await using disposable = address === undefined ? await startFolkmoot() : undefined;
  const target = disposable ?? (await targetAt(address ?? ''));
  const isWanted = (clause: string) => clause.startsWith(only);
  const cases = allCases.filter(({ clauses, title }) => clauses.some(isWanted) || title.includes(only));
  const performed = await play(cases, target, { atOnce, onPlayed: json ? () => undefined : tell });

  const results = resultsOf(wantedClauses(performed, only), performed);
  process.stdout.write(json ? `${JSON.stringify({ target: target.url, clauses: results })}\n` : `${textOf(results)}\n`);
  const hasFailed = [...performed.played, ...results].some(({ outcome }) => outcome === 'failed');
  return hasFailed ? 1 : 0;
}

/** A homeserver that somebody else looks after: it has an address and nothing more. */
async function targetAt(address: string): Promise<Target> {
  if (!/^https?:\/\//.test(address) || !URL.canParse(address))
    throw new UsageError(`not an address: ${address}\n${usage}`);
  const url = new URL(address).origin;
  const visitor = new Visitor({ url, rules: new Rules(), signal: AbortSignal.timeout(reachMs) });
  await visitor.asks(getServer).catch((error: unknown) => {
    throw new UsageError(`there is no homeserver at ${url}: ${(error as Error).message}`);
  });
  return { url };
}

/** All clauses, or those that were asked for and those of the cases that were played. */
function wantedClauses({ played }: Performance, only: string) {
  const touched = new Set(played.flatMap(({ case: one }) => one.clauses));
  return readClauses().filter(({ id }) => id.startsWith(only) || touched.has(id));
}

function tell({ case: one, outcome, reason = '', ms }: Played): void {
  const why = outcome === 'failed' ? `\n    ${reason}` : '';
  process.stderr.write(`${outcome.padEnd(11)} ${String(Math.round(ms)).padStart(6)} ms  ${one.title}${why}\n`);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
