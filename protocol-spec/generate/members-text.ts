import type { JsonObject } from './schema-components.ts';
import { table } from './text.ts';

/** A table of the members of an object; empty where it has none. */
export function membersText(schema: JsonObject): string {
  const required = new Set(schema['required'] as string[] | undefined);
  const rows = Object.entries(propertiesOf(schema)).map(([name, property]) => [
    `\`${name}\`${required.has(name) ? '' : '?'}`,
    typeOf(property),
    typeof property['description'] === 'string' ? property['description'] : '',
  ]);
  return rows.length > 0 ? table(['member', 'type', 'meaning'], rows) : '';
}

/** Short name of a type, as a person would say it. */
export function typeOf(schema: JsonObject): string {
  const ref = schema['$ref'];
  if (typeof ref === 'string') return ref.slice(ref.lastIndexOf('/') + 1);
  if (schema['const'] !== undefined) return `\`${JSON.stringify(schema['const'])}\``;
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value) => `\`${JSON.stringify(value)}\``).join(', ');
  if (Array.isArray(schema['anyOf'])) return (schema['anyOf'] as JsonObject[]).map(typeOf).join(' or ');
  if (schema['type'] === 'array') return `list of ${typeOf(schema['items'] as JsonObject)}`;
  if (schema['type'] === 'object') return objectType(schema);
  return typeof schema['type'] === 'string' ? schema['type'] : 'any';
}

/** With its members, which have no table of their own. */
function objectType(schema: JsonObject): string {
  const [named] = Object.values((schema['patternProperties'] ?? {}) as Record<string, JsonObject>);
  if (named && Object.keys(named).length > 0) return `object, with names: ${typeOf(named)}`;
  const required = new Set(schema['required'] as string[] | undefined);
  const members = Object.entries(propertiesOf(schema)).map(
    ([name, property]) => `\`${name}\`${required.has(name) ? '' : '?'} ${typeOf(property)}`,
  );
  return members.length > 0 ? `{${members.join('; ')}}` : 'object';
}

function propertiesOf(schema: JsonObject): Record<string, JsonObject> {
  return (schema['properties'] ?? {}) as Record<string, JsonObject>;
}
