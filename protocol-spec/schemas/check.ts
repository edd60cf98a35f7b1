import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/** A compiled check of a schema. Depth and size of the value are checked before, while it is still text. */
export function checkerOf(schema: TSchema): (value: unknown) => boolean {
  const compiled = Compile(schema);
  return (value) => compiled.Check(value);
}

/** Reads what another homeserver tells: members that the schema does not know are taken away; undefined for what does not fit. [VER-3] */
export function readerOf<T extends TSchema>(schema: T): (value: unknown) => Static<T> | undefined {
  const compiled = Compile(schema);
  return (value) => {
    const known = compiled.Clean(value);
    return compiled.Check(known) ? known : undefined;
  };
}
