/** How often a rule was looked at, and where it was broken. */
export interface RuleCount {
  checked: number;
  broken: string[];
}

const kept = 20;

/** What has to hold for every answer and every frame, whoever asks for what: counted over the whole run. */
export class Rules {
  readonly counts = new Map<string, RuleCount>();

  /** Notes one look at the rule of a clause. Does not throw: the case that came across it goes on. */
  check(clause: string, holds: boolean, describe: () => string): void {
    let count = this.counts.get(clause);
    if (count === undefined) this.counts.set(clause, (count = { checked: 0, broken: [] }));
    count.checked++;
    if (holds) return;
    const text = describe();
    if (count.broken.length < kept && !count.broken.includes(text)) count.broken.push(text);
  }
}
