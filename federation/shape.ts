import type { Static, TSchema } from 'typebox';
import Compile from 'typebox/compile';
import { ProtocolError } from './protocol-error.ts';

/** A check that throws `unsupported_version` where `v` is not 1, and `malformed` where anything else is not as in the schema. */
export function shapeOf<S extends TSchema>(schema: S, name: string): (value: unknown) => asserts value is Static<S> {
  const validator = Compile(schema);
  return (value) => {
    if (validator.Check(value)) return;
    throw isOtherVersion(value)
      ? new ProtocolError('unsupported_version', `${name} of another version`)
      : new ProtocolError('malformed', `not ${name}`);
  };
}

function isOtherVersion(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'v' in value && value.v !== 1;
}
