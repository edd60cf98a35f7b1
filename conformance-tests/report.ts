import type { Clause } from './clauses.ts';
import type { Performance } from './play.ts';

export interface ClauseResult {
  clause: string;
  file: string;
  outcome: 'passed' | 'failed' | 'not exercised';
  /** Titles of the cases and rules that looked at it, with what went wrong. */
  cases: { title: string; outcome: string; reason?: string }[];
}

/** What a run says about each clause: failed before passed before not exercised. */
export function resultsOf(clauses: readonly Clause[], { played, rules }: Performance): ClauseResult[] {
  const byClause = new Map<string, ClauseResult['cases']>();
  const add = (clause: string, entry: ClauseResult['cases'][number]) => {
    const entries = byClause.get(clause);
    if (entries) entries.push(entry);
    else byClause.set(clause, [entry]);
  };
  for (const { case: one, outcome, reason } of played) {
    const entry = { title: one.title, outcome, ...(reason === undefined ? {} : { reason }) };
    for (const clause of one.clauses) add(clause, entry);
  }
  for (const [clause, { checked, broken }] of rules.counts) {
    const title = `looked at ${checked} times on the way`;
    add(
      clause,
      broken.length === 0 ? { title, outcome: 'passed' } : { title, outcome: 'failed', reason: broken.join('\n') },
    );
  }
  return clauses.map(({ id, file }) => {
    const cases = byClause.get(id) ?? [];
    const outcomes = new Set(cases.map(({ outcome }) => outcome));
    const outcome = outcomes.has('failed') ? 'failed' : outcomes.has('passed') ? 'passed' : 'not exercised';
    return { clause: id, file, outcome, cases };
  });
}

/** The results for people: clauses that failed with the reason, then all of them, then the sums. */
export function textOf(results: readonly ClauseResult[]): string {
  const lines: string[] = [];
  for (const { clause, file, outcome, cases } of results) {
    lines.push(`${clause.padEnd(8)} ${outcome}${sumOf(cases)}`);
    for (const { title, outcome: of, reason = '' } of cases) {
      if (of !== 'passed') lines.push(`           ${of}: ${title} [${file}]\n${indent(reason)}`);
    }
  }
  const sum = (outcome: string) => results.filter((result) => result.outcome === outcome).length;
  lines.push('', `clauses: ${sum('passed')} passed, ${sum('failed')} failed, ${sum('not exercised')} not exercised`);
  return lines.join('\n');
}

/** How many cases looked at a clause, and how many of them could not. */
function sumOf(cases: ClauseResult['cases']): string {
  const without = cases.filter(({ outcome }) => outcome === 'not offered').length;
  if (without === cases.length) return '';
  return without === 0 ? ` (${cases.length})` : ` (${cases.length - without}, and ${without} not offered)`;
}

const indent = (text: string) => text.replace(/^/gm, '             ');
