import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';

/** The first thing that is wrong: a JSON pointer and what was expected there, never the value. */
export interface Mistake {
  path: string;
  expected: string;
}

/** Says what is wrong with a value, or undefined. [API-2] */
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

/** Longer than any list or object of a request may be. */
const LOOKED_AT = 128;

function firstMistake(validator: Validator, value: unknown): Mistake {
  // To collect the duplicates of a list, typebox takes time by the square of its length: 40 s for one body.
  const errors = validator.Errors(shortened(value));
  const [first] = errors;
  if (first === undefined) return { path: '', expected: 'fewer items' };
  const path = first.instancePath;
  const constants = errors.filter(({ keyword, instancePath }) => keyword === 'const' && instancePath === path);
  return { path: path.slice(0, 200), expected: expectedOf(first, constants) };
}

type Problem = ReturnType<Validator['Errors']>[number];

function expectedOf(first: Problem, constants: readonly Problem[]): string {
  const values = constants.flatMap(({ params }) => ('allowedValue' in params ? [String(params.allowedValue)] : []));
  if (values.length > 0) return `one of ${values.join(', ')}`;
  // "schema is false" is how an unknown member looks to a validator.
  return first.keyword === 'boolean' ? 'no such member' : first.message;
}

function shortened(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, LOOKED_AT).map(shortened);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).slice(0, LOOKED_AT);
  return Object.fromEntries(entries.map(([key, inside]) => [key, shortened(inside)]));
}
