import { gatewayLimits } from '@folkmoot/protocol-spec/schemas/limits.ts';

export type GatewayLimits = { readonly [K in keyof typeof limits]: number };

/** What the protocol fixes, and what this homeserver adds to it. */
export const limits = {
  ...gatewayLimits,
  /** Frames of any kind that a message may come in; browsers use one. */
  fragments: 64,
  /** Pieces that an unfinished frame may come in. */
  chunks: 512,
  /** How much is read of a client that was told to close. */
  lateBytes: 256 * 1024,
  /** How much of what was sent is kept for a resume, beside the number of frames. */
  replayBytes: 64 * 1024 * 1024,
  sockets: 20_000,
  socketsPerNetwork: 500,
  socketsPerUser: 50,
  /** An opening state is dear; a client that only lost its connection resumes. */
  identifiesPerMinute: 60,
  /** Of sockets that have not said who they are. */
  waitingSockets: 5_000,
  waitingPerNetwork: 100,
  detachedPerUser: 5,
  detachedSessions: 20_000,
  /** A flush waits as long as the last one took, but not longer than this. */
  coalesceMs: 25,
  /** How long a flush goes on before others get a turn. */
  sliceMs: 10,
  sweepMs: 500,
  closeMs: 5_000,
} as const;
