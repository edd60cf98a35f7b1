export interface Backoff {
  /** Wait after the first failure, in ms; each further one doubles it. */
  first: number;
  longest: number;
}

/**
 * Milliseconds to wait after so many failures in a row (from 1). `random` from 0 to 1 spreads those who failed together:
 * the wait is the full one or up to a quarter longer, and never more than `longest`.
 */
export function delayAfter(failures: number, { first, longest }: Backoff, random: number): number {
  const doublings = Math.min(Math.max(failures, 1) - 1, 40);
  return Math.round(Math.min(longest, first * 2 ** doublings * (1 + random / 4)));
}
