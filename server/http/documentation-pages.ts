import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Endpoint } from '@folkmoot/protocol-spec/schemas/client/endpoint.ts';
import { endpoints } from '@folkmoot/protocol-spec/schemas/client/endpoints.ts';
import { refusals } from '@folkmoot/protocol-spec/schemas/errors.ts';
import { Refusal } from '../base/errors.ts';
import type { Page } from './page.ts';

const openApiFile = '@folkmoot/protocol-spec/generated/openapi.json';

/** The OpenAPI document, and a page for people made from the same endpoints. */
export function documentationPages(): Page[] {
  let html: string | undefined;
  let openApi: Promise<string> | undefined;
  return [
    {
      name: 'openapi',
      path: '/openapi.json',
      async answer() {
        openApi ??= readFile(fileURLToPath(import.meta.resolve(openApiFile)), 'utf8');
        const body = await openApi.catch(() => {
          throw new Refusal('not_found');
        });
        return { type: 'application/json; charset=utf-8', body };
      },
    },
    {
      name: 'docs',
      path: '/docs',
      answer: () => ({ type: 'text/html; charset=utf-8', body: (html ??= documentationOf(endpoints)) }),
    },
  ];
}

function documentationOf(all: readonly Endpoint[]): string {
  const tags = [...Map.groupBy(all, ({ tag }) => tag)];
  const navigation = tags.map(([tag]) => `<a href="#${escape(tag)}">${escape(tag)}</a>`).join(' · ');
  const sections = tags.map(
    ([tag, inTag]) => `<h2 id="${escape(tag)}">${escape(tag)}</h2>\n${inTag.map(sectionOf).join('\n')}`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Folkmoot API</title>
<style>${style}</style>
<h1>Folkmoot client API, version 1</h1>
<p>All paths are below <code>/api/v1</code>. For programs: <a href="/openapi.json">openapi.json</a>.</p>
<nav>${navigation}</nav>
${sections.join('\n')}
</html>
`;
}

function sectionOf(endpoint: Endpoint): string {
  const {
    method,
    path,
    summary,
    clause,
    auth,
    permission,
    limit,
    status,
    params,
    query,
    body,
    answer,
    refusals: codes,
  } = endpoint;
  const facts = [
    `clause ${clause}`,
    auth === 'session' ? 'needs a session' : 'open to anybody',
    ...(permission ? [`needs the permission <code>${permission}</code>`] : []),
    `limit <code>${escape(limit)}</code>`,
    `answers ${status}`,
  ];
  const parts = [
    schemaOf('Path', params),
    schemaOf('Query', query),
    schemaOf('Body', body),
    schemaOf('Answer', answer),
  ];
  const refused = codes.map((code) => `<code title="${escape(refusals[code].message)}">${code}</code>`).join(' ');
  return `<section id="${escape(endpoint.name)}">
<h3><b>${method}</b> ${escape(path)}</h3>
<p>${escape(summary)}.</p>
<p class="facts">${facts.join(' · ')}</p>
${parts.join('')}${refused ? `<p class="facts">Refusals: ${refused}</p>` : ''}
</section>`;
}

function schemaOf(title: string, schema: object | undefined): string {
  if (schema === undefined) return '';
  return `<details><summary>${title}</summary><pre>${escape(JSON.stringify(schema, null, 2))}</pre></details>\n`;
}

const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const style = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color-scheme: light dark }
section { border-top: 1px solid #8884; padding: .5em 0 1em }
h3 { font-family: ui-monospace, monospace; margin: .5em 0 } p { margin: .3em 0 }
.facts { font-size: .9em; opacity: .8 } pre { overflow-x: auto; background: #8882; padding: .8em }
`;
