import type { ErrorAnswer } from '@folkmoot/protocol-spec/schemas/errors.ts';

/** The other homeserver answered, and not with what was asked for. */
export class PeerRefusal extends Error {
  override readonly name = 'PeerRefusal';
  readonly code: string;
  readonly status: number;
  /** Milliseconds after which the same may be tried again. */
  readonly retry: number | undefined;
  /** The clock of the other one, where it said so. */
  readonly serverTime: number | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(status: number, { code, message, retry, server_time, details = {} }: ErrorAnswer) {
    super(message);
    this.code = code;
    this.status = status;
    this.retry = retry;
    this.serverTime = server_time;
    this.details = details;
  }
}
