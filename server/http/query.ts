import type { TObject } from 'typebox';
import { Refusal } from '../base/errors.ts';
import { checkOf } from './checks.ts';
import { isStorable } from './json-text.ts';

type Convert = (text: string) => unknown;

/** Reads a query string by its schema: numbers and booleans are converted, unknown and repeated names are refused. */
export function queryReader(schema: TObject | undefined): (querystring: string) => Record<string, unknown> {
  const converters = new Map(
    Object.entries(schema?.properties ?? {}).map(([name, property]) => [name, converterOf(property)]),
  );
  const check = schema && checkOf(schema);

  return (querystring) => {
    const query: Record<string, unknown> = {};
    if (querystring !== '') {
      for (const [name, text] of new URLSearchParams(querystring)) {
        const convert = converters.get(name);
        if (convert === undefined || Object.hasOwn(query, name)) {
          throw new Refusal('invalid_query', {
            path: `/${name.slice(0, 64)}`,
            expected: convert ? 'one value' : 'no such parameter',
          });
        }
        if (!isStorable(text))
          throw new Refusal('invalid_query', { path: `/${name}`, expected: 'well-formed text without U+0000' });
        query[name] = convert(text);
      }
    }
    const mistake = check?.(query);
    if (mistake) throw new Refusal('invalid_query', { ...mistake });
    return query;
  };
}

function converterOf(property: object): Convert {
  const type = 'type' in property ? property.type : undefined;
  if (type === 'integer' || type === 'number')
    return (text) => (/^-?\d{1,16}(\.\d{1,16})?$/.test(text) ? Number(text) : text);
  if (type === 'boolean') return (text) => (text === 'true' ? true : text === 'false' ? false : text);
  return (text) => text;
}
