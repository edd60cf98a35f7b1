import { type RefusalCode, refusals } from '@folkmoot/protocol-spec/schemas/errors.ts';

export type RefusalDetails = Readonly<Record<string, unknown>>;

/**
 * A "no" with a code of the catalogue, shown to whoever asked. `details.retry` are milliseconds to wait.
 * Anything else that is thrown is a bug.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly details: RefusalDetails;

  constructor(code: RefusalCode, details: RefusalDetails = {}, options?: ErrorOptions) {
    super(refusals[code].message, options);
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return refusals[this.code].status;
  }
}

export type StartProblem =
  | 'bad_config'
  | 'bad_master_key'
  | 'other_server_name'
  | 'data_in_use'
  | 'database_unreachable'
  | 'database_too_new';

/** What keeps a homeserver from starting and its admin can mend; the text is for them and needs no stack trace. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly code: StartProblem;

  constructor(code: StartProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
