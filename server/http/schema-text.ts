import type { TSchema } from 'typebox';

/** Keywords of JSON Schema that are shown. */
interface Keywords {
  $id?: string;
  type?: string;
  anyOf?: Keywords[];
  const?: unknown;
  enum?: unknown[];
  items?: Keywords;
  properties?: Record<string, Keywords>;
  required?: string[];
  description?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  maxItems?: number;
}

/** A schema as people write types; schemas with a name are collected in `named` and told by it. */
export function schemaText(schema: TSchema, named: Map<string, TSchema>): string {
  return textOf(schema as Keywords, named, '', true);
}

function textOf(schema: Keywords, named: Map<string, TSchema>, indent: string, top = false): string {
  if (schema.$id !== undefined && !top) {
    named.set(schema.$id, schema as TSchema);
    return schema.$id;
  }
  if (schema.anyOf) return [...new Set(schema.anyOf.map((inside) => textOf(inside, named, indent)))].join(' | ');
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.type === 'array')
    return `[${schema.items ? textOf(schema.items, named, indent) : ''}…]${boundsOf(schema)}`;
  if (schema.properties) return objectText(schema, named, indent);
  return `${schema.type ?? 'anything'}${boundsOf(schema)}`;
}

function objectText({ properties = {}, required = [] }: Keywords, named: Map<string, TSchema>, indent: string): string {
  const lines = Object.entries(properties).map(([name, inside]) => {
    const mark = required.includes(name) ? '' : '?';
    const remark = inside.description && inside.$id === undefined ? `   # ${inside.description}` : '';
    return `${indent}  ${name}${mark}: ${textOf(inside, named, `${indent}  `)}${remark}`;
  });
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`;
}

function boundsOf({ minLength, maxLength, minimum, maximum, maxItems }: Keywords): string {
  const least = minLength ?? minimum;
  const most = maxLength ?? maximum ?? maxItems;
  if (most === Number.MAX_SAFE_INTEGER || (least === undefined && most === undefined)) return '';
  return ` (${least ?? ''}…${most ?? ''})`;
}
