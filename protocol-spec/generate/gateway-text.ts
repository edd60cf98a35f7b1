import type { Described, GatewayReference } from './gateway.ts';
import { membersText } from './members-text.ts';
import type { JsonObject } from './schema-components.ts';
import { generatedNote, table } from './text.ts';

/** The gateway for people. */
export function gatewayText(reference: GatewayReference): string {
  const { client_frames, server_frames, events, close_codes, limits, schemas } = reference;
  const { voice_methods, voice_notices, voice_limits } = reference;
  const objects = Object.entries(schemas).filter(([, schema]) => (schema as JsonObject)['type'] === 'object');
  return [
    '# Gateway reference\n',
    `${generatedNote} The rules are in [05-gateway.md](../text/05-gateway.md).\n`,
    '## Frames of the client\n',
    ...sections(client_frames),
    '## Frames of the homeserver\n',
    ...sections(server_frames),
    '## Events\n\nThe `d` of an `event` frame, by its `t`.\n',
    ...sections(events),
    '## Voice methods\n\nThe `d` of a `voice` frame, by its `method`, and the `ok` of the answer. The rules are in [10-voice.md](../text/10-voice.md).\n',
    ...Object.entries(voice_methods).flatMap(([name, { request, answer }]) => [
      ...sections({ [name]: request }),
      `Answer:\n`,
      membersText(answer.schema) || `${refOf(answer.schema)}\n`,
      `\`\`\`json\n${JSON.stringify(answer.example)}\n\`\`\`\n`,
    ]),
    '## Voice notices\n\nThe `d` of a `voice_notice` frame, by its `t`.\n',
    ...sections(voice_notices),
    '## Close codes\n',
    table(
      ['code', 'name', 'resume', 'meaning'],
      Object.entries(close_codes).map(([name, kind]) => [
        String(kind.code),
        `\`${name}\``,
        kind.resume ? 'yes' : 'no',
        kind.message,
      ]),
    ),
    '## Limits\n',
    table(
      ['name', 'value'],
      Object.entries({ ...limits, ...voice_limits }).map(([name, value]) => [
        `\`${name}\``,
        value.toLocaleString('en'),
      ]),
    ),
    '## Objects\n',
    ...objects.flatMap(([name, schema]) => [`### ${name}\n`, membersText(schema as JsonObject)]),
  ].join('\n');
}

function sections(described: Record<string, Described>): string[] {
  return Object.entries(described).flatMap(([name, { schema, example }]) => [
    `### \`${name}\`\n`,
    ...(typeof schema['description'] === 'string' ? [`${schema['description']}.\n`] : []),
    membersText(schema),
    `\`\`\`json\n${JSON.stringify(example)}\n\`\`\`\n`,
  ]);
}

/** Where an answer is one of the objects below. */
function refOf({ $ref }: JsonObject): string {
  return typeof $ref === 'string' ? $ref.slice($ref.lastIndexOf('/') + 1) : 'Nothing.';
}
