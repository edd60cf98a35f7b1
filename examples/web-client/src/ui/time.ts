const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const shortTime = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const dayWithYear = new Intl.DateTimeFormat(undefined, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});
const short = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' });
const ago = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

/** Start of the local day. */
export function dayOf(ts: number): number {
  return new Date(ts).setHours(0, 0, 0, 0);
}

function sayTime(ts: number): string {
  return time.format(ts);
}

/** The time in as little room as it takes. */
export function sayShortTime(ts: number): string {
  return shortTime.format(ts);
}

export function sayFull(ts: number): string {
  return full.format(ts);
}

export function sayDate(ts: number): string {
  return short.format(ts);
}

/** Today, Yesterday or the date. */
export function sayDay(ts: number, now: number): string {
  const days = Math.round((dayOf(now) - dayOf(ts)) / 86_400_000);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return (new Date(ts).getFullYear() === new Date(now).getFullYear() ? day : dayWithYear).format(ts);
}

/** The time of today, or the day with the time. */
export function sayMoment(ts: number, now: number): string {
  const days = Math.round((dayOf(now) - dayOf(ts)) / 86_400_000);
  if (days === 0) return sayTime(ts);
  if (days === 1) return `Yesterday at ${sayTime(ts)}`;
  return `${sayDate(ts)}, ${sayTime(ts)}`;
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** In 3 hours, 2 days ago. */
export function sayDistance(ts: number, now: number): string {
  const distance = ts - now;
  const [unit, size] = units.find(([, ms]) => Math.abs(distance) >= ms) ?? units[3];
  return ago.format(Math.round(distance / size), unit);
}

/** 90 → 1 min 30 s */
export function saySeconds(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min${seconds % 60 ? ` ${seconds % 60} s` : ''}`;
  return `${Math.floor(seconds / 3600)} h${seconds % 3600 ? ` ${Math.floor((seconds % 3600) / 60)} min` : ''}`;
}
