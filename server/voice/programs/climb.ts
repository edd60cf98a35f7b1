/** How far up a ladder of layers somebody is sent. Times are in milliseconds. */
export interface Climb {
  readonly rung: number;
  /** No step up before. */
  readonly rest: number;
  /** How long to rest after a fall. */
  readonly patience: number;
  /** The last step up, where it did not fall since. */
  readonly stepped?: number | undefined;
  readonly hasFallen: boolean;
}

export const start: Climb = { rung: 0, rest: 0, patience: 8_000, hasFallen: false };

const GOOD = 0.02;
const BAD = 0.1;
/** What is lost this soon after a step up is lost because of it. */
const TRIAL_MS = 10_000;
const LONGEST_MS = 120_000;

/** Down by half where much is lost; up by one where next to nothing is, at first by leaps. A step that was too high is not tried again soon. */
export function climb(now: Climb, lost: number, top: number, at: number): Climb {
  if (lost > BAD) {
    const patience = patienceAfter(now, at);
    return { rung: Math.floor(now.rung / 2), rest: at + patience, patience, hasFallen: true };
  }
  if (lost > GOOD || at < now.rest || now.rung >= top) return now;
  const rung = now.hasFallen ? now.rung + 1 : Math.min(top, now.rung * 2 + 1);
  return { ...now, rung, stepped: at };
}

function patienceAfter({ stepped, patience, hasFallen }: Climb, at: number): number {
  // It is falling still.
  if (stepped === undefined) return patience;
  const wasTooHigh = hasFallen && at - stepped < TRIAL_MS;
  return wasTooHigh ? Math.min(patience * 2, LONGEST_MS) : start.patience;
}
