export type ProtocolErrorCode =
  | 'not_canonical'
  | 'too_deep'
  | 'too_large'
  | 'too_many_items'
  | 'envelope_too_large'
  | 'body_too_large'
  | 'line_too_large'
  | 'unsupported_version'
  | 'malformed'
  | 'bad_key'
  | 'bad_signature'
  | 'wrong_server'
  | 'root_changed'
  | 'stale_serial'
  | 'expired'
  | RequestRefusal;

/** Why a request of another homeserver is not answered [SIG-4], or another homeserver cannot be asked. */
export type RequestRefusal =
  | 'missing_signature'
  | 'one_signature'
  | 'insufficient_coverage'
  | 'wrong_destination'
  | 'bad_server_name'
  | 'server_blocked'
  | 'identity_changed'
  | 'rate_limited'
  | 'busy'
  | 'stale'
  | 'replay'
  | 'unknown_key'
  | 'key_revoked'
  | 'bad_digest'
  | 'discovery_failed';

/** What arrived breaks the protocol, or what was about to be signed would. The codes go on the wire. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: ProtocolErrorCode;
  /** Milliseconds after which the same may be tried again. */
  readonly retry: number | undefined;

  constructor(code: ProtocolErrorCode, message: string, { retry, cause }: { retry?: number; cause?: unknown } = {}) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
    this.retry = retry;
  }
}
