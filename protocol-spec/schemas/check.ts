import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/** A compiled check of a schema. Depth and size of the value are checked before, while it is still text. */
export function checkerOf(schema: TSchema): (value: unknown) => boolean {
  const compiled = Compile(schema);
  return (value) => compiled.Check(value);
}
