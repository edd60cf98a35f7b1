import type { TSchema } from 'typebox';
import * as ids from '../schemas/ids.ts';
import { Permission } from '../schemas/permissions.ts';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

/** Schemas without a `$id` that deserve a name of their own, known by what they say. */
const namedByText = new Map<string, string>(
  Object.entries({ ...ids, Permission })
    .filter(([, schema]) => typeof schema === 'object')
    .map(([name, schema]) => [JSON.stringify(schema), name]),
);

/** Collects what schemas refer to; each is written once, below `base`. */
export class SchemaComponents {
  readonly #base: string;
  readonly #found = new Map<string, JsonObject>();

  constructor(base: string) {
    this.#base = base;
  }

  /** JSON Schema of a TypeBox value, with references. `open`: members may be added later, as to every answer. [VER-3] */
  of(schema: TSchema, open: boolean): JsonObject {
    return this.#convert(JSON.parse(JSON.stringify(schema)) as JsonObject, open) as JsonObject;
  }

  /** Everything that was referred to, by name. */
  all(): JsonObject {
    return Object.fromEntries([...this.#found].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #convert(value: Json, open: boolean): Json {
    if (Array.isArray(value)) return value.map((item) => this.#convert(item, open));
    if (typeof value !== 'object' || value === null) return value;
    const name = typeof value['$id'] === 'string' ? value['$id'] : namedByText.get(JSON.stringify(value));
    if (name !== undefined) return this.#refer(name, value);
    return this.#members(value, open);
  }

  #refer(name: string, schema: JsonObject): JsonObject {
    if (!this.#found.has(name)) {
      this.#found.set(name, {});
      const { $id: _, ...rest } = schema;
      this.#found.set(name, this.#members(rest, true));
    }
    return { $ref: `${this.#base}/${name}` };
  }

  #members(value: JsonObject, open: boolean): JsonObject {
    const { anyOf } = value;
    if (Array.isArray(anyOf) && anyOf.every(isStringConst)) {
      const { anyOf: _, ...rest } = value;
      return { type: 'string', enum: anyOf.map((member) => member.const), ...rest };
    }
    const kept = Object.entries(value).filter(
      ([key]) => !(open && key === 'additionalProperties' && value[key] === false),
    );
    return Object.fromEntries(kept.map(([key, member]) => [key, this.#convert(member, open)]));
  }
}

function isStringConst(value: Json): value is { const: string } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && typeof value['const'] === 'string';
}
