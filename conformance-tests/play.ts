import type { Case } from './case.ts';
import { Rules } from './rules.ts';
import { missingAbilities, runCase } from './run-case.ts';
import { disturbing, type Target } from './target.ts';

export interface Played {
  case: Case;
  outcome: 'passed' | 'failed' | 'not offered';
  /** What went wrong, or what the target lacks. */
  reason?: string;
  ms: number;
}

export interface Performance {
  played: Played[];
  rules: Rules;
}

/** Whether nothing else may run beside a case. */
export const isDisturbing = ({ needs }: Case) => needs.some((ability) => disturbing.has(ability));

/** Plays cases, several at a time, and after them those that disturb others. */
export async function play(
  cases: readonly Case[],
  target: Target,
  { atOnce, onPlayed }: { atOnce: number; onPlayed: (played: Played) => void },
): Promise<Performance> {
  const rules = new Rules();
  const played: Played[] = [];
  const playOne = async (one: Case) => {
    const result = await playCase(one, target, rules);
    played.push(result);
    onPlayed(result);
  };
  const waiting = cases.filter((one) => !isDisturbing(one));
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await playOne(next);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  for (const one of cases.filter(isDisturbing)) await playOne(one);
  return { played, rules };
}

async function playCase(one: Case, target: Target, rules: Rules): Promise<Played> {
  const begin = performance.now();
  const missing = missingAbilities(one, target);
  if (missing.length > 0) return { case: one, outcome: 'not offered', reason: `needs ${missing.join(', ')}`, ms: 0 };
  try {
    await runCase(one, target, rules);
    return { case: one, outcome: 'passed', ms: performance.now() - begin };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { case: one, outcome: 'failed', reason, ms: performance.now() - begin };
  }
}
