import type { Endpoint } from '@folkmoot/protocol-spec/schemas/client/endpoint.ts';
import { refusals } from '@folkmoot/protocol-spec/schemas/errors.ts';
import type { TSchema } from 'typebox';
import { schemaText } from './schema-text.ts';

/** The reference of the client API as one page without scripts. */
export function documentationText(endpoints: readonly Endpoint[]): string {
  const named = new Map<string, TSchema>();
  const tags = [...Map.groupBy(endpoints, ({ tag }) => tag)];
  const sections = tags.map(([tag, inTag]) => {
    const parts = inTag.map((endpoint) => sectionOf(endpoint, named));
    return `<h2 id="${escape(tag)}">${escape(tag)}</h2>\n${parts.join('\n')}`;
  });
  const links = [...tags.map(([tag]) => tag), 'objects'].map((tag) => `<a href="#${escape(tag)}">${escape(tag)}</a>`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Folkmoot API</title>
<style>${style}</style>
<h1>Folkmoot client API, version 1</h1>
<p>All paths are below <code>/api/v1</code>. For programs: <a href="/openapi.json">openapi.json</a> and
<a href="/gateway.json">gateway.json</a>.</p>
<nav>${links.join(' · ')}</nav>
${sections.join('\n')}
<h2 id="objects">objects</h2>
${objectsOf(named)}
</html>
`;
}

function sectionOf(endpoint: Endpoint, named: Map<string, TSchema>): string {
  const { method, path, summary, clause, auth, permission, limit, status, params, query, body, answer } = endpoint;
  const facts = [
    `clause ${clause}`,
    auth === 'session' ? 'needs a session' : 'open to anybody',
    ...(permission ? [`needs the permission <code>${permission}</code>`] : []),
    `limit <code>${escape(limit)}</code>`,
    `answers ${status}`,
  ];
  const schemas = Object.entries({ path: params, query, body, answer }).flatMap(([title, schema]) => {
    if (schema === undefined) return [];
    const name = '$id' in schema && typeof schema.$id === 'string' ? schema.$id : undefined;
    if (name !== undefined) named.set(name, schema);
    return [`${title} ${name ?? schemaText(schema, named)}`];
  });
  const codes = endpoint.refusals.map((code) => `<code title="${escape(refusals[code].message)}">${code}</code>`);
  return `<section id="${escape(endpoint.name)}">
<h3><b>${method}</b> ${escape(path)}</h3>
<p>${escape(summary)}.</p>
<p class="facts">${facts.join(' · ')}</p>
<pre>${escape(schemas.join('\n'))}</pre>
${codes.length === 0 ? '' : `<p class="facts">Refusals: ${codes.join(' ')}</p>`}
</section>`;
}

/** A map that grows while it is walked through: objects name other objects. */
function objectsOf(named: Map<string, TSchema>): string {
  const shown: string[] = [];
  for (const [name, schema] of named) {
    shown.push(
      `<section id="object-${escape(name)}"><pre>${escape(`${name} ${schemaText(schema, named)}`)}</pre></section>`,
    );
  }
  return shown.join('\n');
}

const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const style = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color-scheme: light dark }
section { border-top: 1px solid #8884; padding: .5em 0 1em }
h3 { font-family: ui-monospace, monospace; margin: .5em 0 } p { margin: .3em 0 }
.facts { font-size: .9em; opacity: .8 } pre { overflow-x: auto; background: #8882; padding: .8em }
`;
