/** `2030-01-31 17:05` in UTC, which titles say. */
export const timeOf = (ms: number | null) =>
  ms === null ? null : new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
