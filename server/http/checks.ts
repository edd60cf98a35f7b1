import { type TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';

/** The first thing that is wrong: a JSON pointer and what was expected there, never the value. */
export interface Mistake {
  path: string;
  expected: string;
}

/** Says what is wrong with a value, or undefined. */
export type Check = (value: unknown) => Mistake | undefined;

const compiled = new WeakMap<TSchema, Check>();

/** The check of a schema, compiled at its first use: all of them at the start would delay it. */
export function checkOf(schema: TSchema): Check {
  let check = compiled.get(schema);
  if (check === undefined) {
    let validator: Validator | undefined;
    check = (value) => {
      validator ??= Compile(schema);
      return validator.Check(value) ? undefined : firstMistake(validator, value);
    };
    compiled.set(schema, check);
  }
  return check;
}

function firstMistake(validator: Validator, value: unknown): Mistake {
  const [first] = validator.Errors(value);
  if (first === undefined) return { path: '', expected: 'another form' };
  // "schema is false" is how an unknown member looks to a validator.
  const expected = first.keyword === 'boolean' ? 'no such member' : first.message;
  return { path: first.instancePath, expected };
}
