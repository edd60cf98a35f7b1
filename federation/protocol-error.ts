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
  | 'expired';

/** What arrived breaks the protocol, or what was about to be signed would. The codes go on the wire. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: ProtocolErrorCode;

  constructor(code: ProtocolErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
