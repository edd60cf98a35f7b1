import type { Static, TSchema } from 'typebox';
import { Refusal } from '../base/errors.ts';
import type { AdminParts } from './parts.ts';

/** Something that an admin can ask of a homeserver, on its socket or with the data opened by the command itself. */
export interface Operation<Input extends TSchema = TSchema, Result = unknown> {
  input: Input;
  /** Changes something, and so is noted in the log. */
  changes: boolean;
  run(parts: AdminParts, input: Static<Input>): Promise<Result>;
}

type Run<Input extends TSchema, Result> = Operation<Input, Result>['run'];

/** An operation that only looks. */
export const reads = <I extends TSchema, R>(input: I, run: Run<I, R>): Operation<I, R> => ({
  input,
  changes: false,
  run,
});

/** An operation that changes something. */
export const changes = <I extends TSchema, R>(input: I, run: Run<I, R>): Operation<I, R> => ({
  input,
  changes: true,
  run,
});

export interface OperationFailure {
  code: string;
  message: string;
  details?: Readonly<Record<string, unknown>>;
}

/** A "no" whose sentence is for the admin who asked. */
export class OperationError extends Error {
  override readonly name = 'OperationError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What is told to whoever asked; undefined for a bug, which is not. */
export function failureOf(error: unknown): OperationFailure | undefined {
  if (error instanceof OperationError) return { code: error.code, message: error.message };
  if (!(error instanceof Refusal)) return undefined;
  const { code, message, details } = error;
  return Object.keys(details).length === 0 ? { code, message } : { code, message, details };
}
