import type { Json, JsonObject } from './schema-components.ts';

const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** Values that read like real ones, by the name of the member. */
const byName = new Map<string, Json>(
  Object.entries({
    name: 'general',
    display_name: 'Ada',
    handle: 'ada',
    nick: 'Countess',
    content: 'Hello <@u_abcdefghijklmnopqrstuvwxyz234567>',
    topic: 'What there is to say',
    text: 'at lunch',
    emoji: '👍',
    hub: 'home.example',
    home: 'home.example',
    pronouns: 'she/her',
    email: 'ada@home.example',
    reason: 'spam',
    token: `fm_s_${'A'.repeat(43)}`,
    t: 'message.created',
    seq: 42,
    replayed: 3,
    heartbeat: 30_000,
    after: 4_000,
    last: '1.42',
    read: '1.41',
    unread: 1,
    count: 1,
    member_count: 2,
    order: 0,
    color: 0x3366cc,
    slow_mode: 0,
    timeout: null,
    edited: null,
    mimeType: 'audio/opus',
    clockRate: 48_000,
    channels: 2,
    payloadType: 100,
    preferredPayloadType: 100,
    address: '203.0.113.7',
    ip: '203.0.113.7',
    port: 8449,
    producer: '5f6c8a1e-0b0f-4c43-9d5b-0c7b8a2f9d11',
    consumer: '91d0c3a7-2f5e-4b8e-8a86-6d1f7c0b4e22',
    transport: 'c7a1d2b4-53c8-4f0e-b1a9-3e6f8d9c0a33',
    level: -32,
    reply_to: null,
    by: 1,
    type: 'com.example.poll',
    stream: '_',
    code: 'missing_permission',
    usernameFragment: '8hhY',
    password: 'asd88fgpdd777uzjYhagZg',
    foundation: 'udpcandidate',
    parent: null,
  }),
);
const timestamps = new Set(['ts', 'since', 'created', 'joined', 'until', 'last_seen', 'expires', 'edited']);

/** A value that a schema describes, always the same one. `resolve` follows a `$ref`. */
export function exampleOf(schema: JsonObject, resolve: (ref: string) => JsonObject, name = ''): Json {
  if (typeof schema['$ref'] === 'string') return exampleOf(resolve(schema['$ref']), resolve, name);
  if (schema['const'] !== undefined) return schema['const'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0] ?? null;
  if (Array.isArray(schema['examples'])) return schema['examples'][0] ?? null;
  const options = schema['anyOf'] as JsonObject[] | undefined;
  const preset = byName.get(name);
  if (preset !== undefined && fits(preset, schema)) return preset;
  if (options) return exampleOf(options[0]!, resolve, name);
  switch (schema['type']) {
    case 'object':
      return members(schema, resolve);
    case 'array':
      return items(schema, resolve, name);
    case 'integer':
      return timestamps.has(name) ? 1_790_000_000_000 : ((schema['minimum'] as number | undefined) ?? 0);
    case 'boolean':
      return name === 'everyone' || name === 'me' ? false : name !== 'pinned' && name !== 'admin';
    case 'string':
      return text(schema);
    default:
      return {};
  }
}

function members(schema: JsonObject, resolve: (ref: string) => JsonObject): JsonObject {
  const required = new Set(schema['required'] as string[] | undefined);
  // What is there only where it is so is left out: not everybody is a bot.
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonObject>).filter(
    ([key, property]) => required.has(key) || property['const'] !== true,
  );
  return Object.fromEntries(properties.map(([key, property]) => [key, exampleOf(property, resolve, key)]));
}

/** One item, but nothing in the lists that are mostly empty. */
function items(schema: JsonObject, resolve: (ref: string) => JsonObject, name: string): Json[] {
  if (['reactions', 'overrides', 'deny', 'channels', 'spaces'].includes(name)) return [];
  return [exampleOf(schema['items'] as JsonObject, resolve, '')];
}

function fits(value: Json, schema: JsonObject): boolean {
  const options = (schema['anyOf'] as JsonObject[] | undefined) ?? [schema];
  const type = value === null ? 'null' : typeof value === 'number' ? 'integer' : typeof value;
  return options.some((option) => option['type'] === type || (type === 'string' && '$ref' in option));
}

function text(schema: JsonObject): string {
  const pattern = typeof schema['pattern'] === 'string' ? schema['pattern'] : '';
  const id = /^\^(?:\(everyone\|)?([a-z])_\[a-z2-7\]\{(\d+)\}/.exec(pattern);
  if (id) return `${id[1]}_${base32.slice(0, Number(id[2]))}`;
  if (pattern.includes('\\.(0|')) return '1.42';
  if (pattern === '^[A-Za-z0-9-]+$') return '7d3b0c52-5b9f-4c1e-8d0a-2f1f6c7be9a4';
  return pattern === '\\S' ? 'text' : '';
}
