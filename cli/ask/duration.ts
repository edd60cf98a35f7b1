import { usageError } from '../command-error.ts';

const units = new Map([
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 7 * 86_400_000],
]);

/** Milliseconds of `90m`, `12h`, `7d` or `2w`; null for `never`. Throws a usage error. */
export function durationOf(text: string): number | null {
  if (text === 'never') return null;
  const [, count = '', unit = ''] = /^([1-9]\d{0,5})([mhdw])$/.exec(text) ?? [];
  const size = units.get(unit);
  if (size === undefined) throw usageError(`${text} is no length of time; say 90m, 12h, 7d, 2w or never.`);
  return Number(count) * size;
}

/** A whole number from 1 on. Throws a usage error. */
export function countOf(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw usageError(`${text} is not a whole number from 1 on.`);
  return Number(text);
}
