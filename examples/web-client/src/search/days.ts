/** A time from its first millisecond to the one before it ends. */
export interface Days {
  first: number;
  last: number;
}

const written = /^([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?$/;
/** Before it there is nothing that a message could say of. */
const firstYear = 1971;

/** What `today`, `yesterday`, `2026-06-12`, `2026-06` or `2026` stands for, by the clock of the device. */
export function daysOf(value: string, now: number): Days | undefined {
  const today = new Date(now);
  const name = value.toLowerCase();
  if (name === 'today' || name === 'yesterday')
    return days([today.getFullYear(), today.getMonth(), today.getDate() - (name === 'today' ? 0 : 1)], 'day');
  const [, year, month, day] = (written.exec(value) ?? []).map(Number);
  if (year === undefined || year < firstYear) return undefined;
  if (!month) return Number.isNaN(month) ? days([year, 0, 1], 'year') : undefined;
  if (month > 12) return undefined;
  if (!day) return Number.isNaN(day) ? days([year, month - 1, 1], 'month') : undefined;
  const isThere = new Date(year, month - 1, day).getDate() === day;
  return isThere ? days([year, month - 1, day], 'day') : undefined;
}

function days([year, month, day]: [number, number, number], size: 'day' | 'month' | 'year'): Days {
  const [years, months, more] = { day: [0, 0, 1], month: [0, 1, 0], year: [1, 0, 0] }[size] as [number, number, number];
  return {
    first: new Date(year, month, day).getTime(),
    last: new Date(year + years, month + months, day + more).getTime() - 1,
  };
}

/** A day as it is typed: 2026-06-12. */
export function writtenDay(ts: number): string {
  const date = new Date(ts);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
}
