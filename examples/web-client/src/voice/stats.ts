export type Stat = Record<string, unknown> & { type: string; id: string };

export const statsOf = (report: RTCStatsReport): Stat[] => [...(report.values() as Iterable<Stat>)];

/** The pair of candidates that is in use. */
export function wayOf(all: readonly Stat[]): Stat | undefined {
  const selected = all.find(({ type }) => type === 'transport')?.['selectedCandidatePairId'];
  // Firefox has no statistics of the transport.
  return all.find((one) => (selected === undefined ? one['nominated'] === true : one.id === selected));
}
