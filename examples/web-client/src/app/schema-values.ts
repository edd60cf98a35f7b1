/**
 * Stands in for `typebox` in the bundle. The browser takes methods, paths, limits and permissions from the schemas and leaves
 * validation to the homeserver, so a schema only has to hand on its properties; types still come from the real package.
 */
interface Value {
  properties?: Record<string, unknown>;
  anyOf?: readonly Value[];
}

const opaque = (): Value => ({});

export const Type = {
  Array: opaque,
  Boolean: opaque,
  Enum: opaque,
  Integer: opaque,
  Intersect: opaque,
  Literal: opaque,
  Null: opaque,
  Number: opaque,
  Object: (properties: Record<string, unknown>): Value => ({ properties }),
  Optional: (value: Value): Value => value,
  Partial: (value: Value): Value => value,
  Record: opaque,
  String: opaque,
  Union: (anyOf: readonly Value[]): Value => ({ anyOf }),
  Unknown: opaque,
  Unsafe: opaque,
};
