import type { FederationReference, PeerRequest } from './federation.ts';
import { membersText, typeOf } from './members-text.ts';
import type { JsonObject } from './schema-components.ts';
import { generatedNote, table } from './text.ts';

/** What homeservers say to each other, for people. */
export function federationText({ requests, live, events, schemas }: FederationReference): string {
  return [
    '# Federation reference\n',
    `${generatedNote} The rules are in [08-federation.md](../text/08-federation.md), [11-people.md](../text/11-people.md) and, for events, [03-events.md](../text/03-events.md).\n`,
    '## Requests\n\nSigned (8.3), and below the `api` of the key document. In lines: `application/x-ndjson`; everything else is JSON in its canonical text.\n',
    ...requests.flatMap(requestText),
    `## Live connection\n\nA signed GET of \`${live.path}\`; frames by their \`op\`. The lines of a \`lines\` frame follow its first line.\n`,
    ...Object.entries(live.frames).flatMap(([op, schema]) => [`### \`${op}\`\n`, membersText(schema)]),
    '### Limits and close codes\n',
    table(
      ['name', 'value'],
      Object.entries({ ...live.limits, ...live.close_codes }).map(([n, v]) => [`\`${n}\``, String(v)]),
    ),
    '## Events\n\nThe `body` of the intent of each type and, where there is one, what the hub adds (EVT-2).\n',
    ...Object.entries(events).flatMap(([type, { body, hub }]) => [
      `### \`${type}\`\n`,
      membersText(body) || 'An empty object.\n',
      ...(hub ? [`\`hub\`: ${typeOf(hub)}\n`] : []),
    ]),
    '## Objects\n',
    ...Object.entries(schemas)
      .filter(([, schema]) => (schema as JsonObject)['type'] === 'object')
      .flatMap(([name, schema]) => [`### ${name}\n`, membersText(schema as JsonObject)]),
    '## Values\n',
    table(
      ['name', 'form', 'meaning'],
      Object.entries(schemas)
        .filter(([, schema]) => (schema as JsonObject)['type'] !== 'object')
        .map(([name, schema]) => valueRow(name, schema as JsonObject)),
    ),
  ].join('\n');
}

function requestText({ method, path, clause, query, takes, max_bytes, status, answer, gives_lines }: PeerRequest) {
  const bound = max_bytes === undefined ? '' : `, at most ${max_bytes.toLocaleString('en')} bytes`;
  const first = gives_lines ? ', the first line of it' : '';
  return [
    `### \`${method} ${path}\`\n\n${clause}. Answered with ${status}${gives_lines ? ', in lines' : ''}.\n`,
    ...part('Query', query),
    ...(takes === 'lines' ? [`Body: lines${bound}.\n`] : part(`Body${bound}`, takes)),
    ...part(`Answer${first}`, answer),
  ];
}

function part(title: string, schema: JsonObject | undefined): string[] {
  if (!schema) return [];
  return [`${title}:\n`, membersText(schema) || `${typeOf(schema)}\n`];
}

function valueRow(name: string, schema: JsonObject): string[] {
  const form = typeof schema['pattern'] === 'string' ? `\`${schema['pattern']}\`` : typeOf(schema);
  return [name, form, typeof schema['description'] === 'string' ? schema['description'] : ''];
}
