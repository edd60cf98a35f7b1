import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { endpoints } from '@folkmoot/protocol-spec/schemas/client/endpoints.ts';
import { Refusal } from '../base/errors.ts';
import { documentationText } from './documentation-text.ts';
import type { Page } from './page.ts';

/** What programs and people read about the API, all of it made from the schemas. */
export function documentationPages(): Page[] {
  let html: string | undefined;
  return [
    generatedDocument('openapi.json'),
    generatedDocument('gateway.json'),
    {
      name: 'docs',
      path: '/docs',
      answer: () => ({ type: 'text/html; charset=utf-8', body: (html ??= documentationText(endpoints)) }),
    },
  ];
}

function generatedDocument(name: string): Page {
  const file = fileURLToPath(import.meta.resolve(`@folkmoot/protocol-spec/generated/${name}`));
  let text: string | undefined;
  return {
    name,
    path: `/${name}`,
    async answer() {
      try {
        text ??= await readFile(file, 'utf8');
      } catch (cause) {
        throw new Refusal('not_found', {}, { cause });
      }
      return { type: 'application/json; charset=utf-8', body: text };
    },
  };
}
