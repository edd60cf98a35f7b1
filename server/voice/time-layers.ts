import type { types } from 'mediasoup';

/**
 * A single encoding counts as one without layers, also where its frames are of several rates. mediasoup sends a receiver none of it while
 * the least rate had no frame for 2.5 seconds: so what stands still, or comes from a slow machine, would go away and come back all the time.
 */
export function withoutTimeLayers(given: types.RtpParameters): types.RtpParameters {
  const [only, ...others] = given.encodings ?? [];
  if (others.length > 0 || !only?.scalabilityMode?.startsWith('L1T')) return given;
  const { scalabilityMode: _, ...encoding } = only;
  return { ...given, encodings: [encoding] };
}
