import { ProtocolError } from '@folkmoot/federation/protocol-error.ts';
import { type ErrorAnswer, type RefusalCode, refusals } from '@folkmoot/protocol-spec/schemas/errors.ts';
import { Refusal } from '../base/errors.ts';

export interface Failure {
  status: number;
  answer: ErrorAnswer;
  /** Milliseconds to wait. */
  retry: number | undefined;
  /** Whether this is a bug, to be logged with its stack. */
  broken: boolean;
}

/** What the one who asked is told about something thrown: a refusal by its code, a bug by the id of the request only. [ERR-1] */
export function failureOf(error: unknown, requestId: string): Failure {
  if (error instanceof Refusal) return refused(error);
  if (error instanceof ProtocolError) return brokenProtocol(error);
  const { status, message } = refusals.internal;
  return { status, answer: { code: 'internal', message, request: requestId }, retry: undefined, broken: true };
}

function refused({ code, message, status, details: { retry, ...details } }: Refusal): Failure {
  const wait = typeof retry === 'number' ? Math.max(0, Math.ceil(retry)) : undefined;
  const answer: ErrorAnswer = {
    code,
    message,
    ...(wait === undefined ? {} : { retry: wait }),
    ...(Object.keys(details).length === 0 ? {} : { details }),
  };
  return { status, answer, retry: wait, broken: false };
}

/** What came in cannot be made into an event; the catalogue of the client API knows some of these codes. */
function brokenProtocol({ code, message, retry }: ProtocolError): Failure {
  const known = Object.hasOwn(refusals, code) ? (code as RefusalCode) : undefined;
  return refused(
    known
      ? new Refusal(known, retry === undefined ? {} : { retry })
      : new Refusal('invalid_body', { path: '', expected: message, reason: code }),
  );
}
