/** What a benchmark found: ratios against a limit that was measured in the same run, and the figures behind them. */
export interface Report {
  name: string;
  /** Ours by the limit. */
  ratio: number;
  /** What is hoped for, in words. */
  aim: string;
  reached: boolean;
  figures: Record<string, number | string>;
}

export function reportLine({ name, ratio, reached, figures }: Report): string {
  return JSON.stringify({
    name,
    ratio: rounded(ratio),
    reached,
    ...Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, rounded(value)])),
  });
}

export function reportText({ name, ratio, aim, reached, figures }: Report): string {
  const width = Math.max(...Object.keys(figures).map((key) => key.length));
  const rows = Object.entries(figures).map(
    ([key, value]) => `  ${key.replaceAll('_', ' ').padEnd(width)}  ${shown(value)}`,
  );
  return [`${name}: ratio ${shown(ratio)}  (aim: ${aim}; ${reached ? 'reached' : 'MISSED'})`, ...rows, ''].join('\n');
}

const shown = (value: number | string) => (typeof value === 'number' ? rounded(value).toLocaleString('en') : value);

function rounded<T extends number | string>(value: T): T {
  return typeof value === 'number' ? (Number(value.toPrecision(4)) as T) : value;
}

/** The value below which a share of all lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
